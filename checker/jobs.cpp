#include <heddle/checker/jobs.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

#include <heddle/checker/channel.hpp>
#include <heddle/checker/interrupts.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/shared_pages.hpp>
#include <heddle/checker/worker.hpp>

namespace heddle::detail {

namespace {

using std::chrono::steady_clock;
using moment = steady_clock::time_point;

constexpr auto look_pause = std::chrono::milliseconds(100);
// All processes tell all that they have counted.
constexpr std::chrono::nanoseconds enough_pause = std::chrono::milliseconds(500);
constexpr auto short_pause = std::chrono::milliseconds(2);
// How long a worker may take to end, which does so between two executions.
constexpr auto grace = std::chrono::seconds(10);

struct process {
  pid_t pid = 0;
  std::unique_ptr<channel> link;
  worker_page* page = nullptr;
  bool busy = false;   ///< it has a part of the search
  bool asked = false;  ///< to give something away
  bool told = false;   ///< in the present round, or with its end
  search_state state;  ///< what it told then
};

class coordinator {
 public:
  coordinator(divided_search& search, jobs_request request)
      : search_(search), request_(std::move(request)), pages_(request_.jobs, left()) {
    for (search_part& each : std::exchange(request_.from.open, {})) put(std::move(each));
    best_ = std::move(request_.from.found);
    processes_.resize(request_.jobs);
    for (std::size_t i = 0; i < processes_.size(); ++i) processes_[i].page = &pages_[i];
  }
  ~coordinator() {
    for (process& each : processes_) kill(each);
  }
  coordinator(const coordinator&) = delete;
  coordinator& operator=(const coordinator&) = delete;

  jobs_result run() {
    discard();
    if (!open_.empty()) {
      for (process& each : processes_) start(each);
    }
    kept_ = told_ = steady_clock::now();
    std::optional<search_end> end;
    while (!(end = ended())) {
      distribute();
      listen(pause());
      keep_now_and_then();
    }
    stop();
    search_state state = together();
    if (state.open.empty() && *end != search_end::inapplicable) end = search_end::exhausted;
    if (state.found) end = search_end::found;
    if (state.found && state.found->is == found_at::what::weaker) end = search_end::weaker;
    const bool begun_anew = *end == search_end::inapplicable || *end == search_end::weaker;
    if (request_.keep && !begun_anew) request_.keep(state);
    if (request_.leave && !begun_anew) request_.leave(state);
    return {*end, std::move(state)};
  }

  [[nodiscard]] int caught() const noexcept { return interrupts_.caught(); }

 private:
  void put(search_part part) { open_.emplace(std::move(part.first), std::move(part.bytes)); }

  // The child never returns; what it has of the parent is closed.
  void start(process& of) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) refuse("a socket");
    std::fflush(nullptr);
    new (of.page) worker_page{};
    const pid_t pid = ::fork();
    if (pid < 0) refuse("a process");
    if (pid == 0) {
      ::close(ends[0]);
      for (process& each : processes_) each.link.reset();
      interrupts::close_in_child();
      channel parent(ends[1]);
      work(search_, parent, *of.page, pages_.allowed());
    }
    ::close(ends[1]);
    of.pid = pid;
    of.link = std::make_unique<channel>(ends[0]);
    of.busy = of.asked = of.told = false;
    if (keeping_) post(of, message_kind::state);
  }

  [[noreturn]] static void refuse(const char* what) {
    throw std::system_error(errno, std::generic_category(),
                            "jobs: the system gives no more than it has: " + std::string(what));
  }

  void post(process& to, message_kind kind, const byte_writer& content = {}) {
    to.link->post(kind, content.bytes());
    to.page->attention.store(1, std::memory_order_relaxed);
  }

  [[nodiscard]] std::int64_t left() const {
    const std::uint64_t done = request_.from.counted.executions;
    constexpr std::uint64_t most = std::uint64_t{1} << 62;
    return static_cast<std::int64_t>(std::min(most, request_.most - std::min(request_.most, done)));
  }

  [[nodiscard]] std::uint64_t executions() const {
    std::uint64_t sum = request_.from.counted.executions + lost_.executions;
    for (const process& each : processes_) sum += each.page->executions.load();
    return sum;
  }

  [[nodiscard]] std::optional<search_end> ended() const {
    if (inapplicable_) return search_end::inapplicable;
    const bool quiet = open_.empty() && std::none_of(processes_.begin(), processes_.end(),
                                                     [](const process& p) { return p.busy; });
    if (quiet) return search_end::exhausted;
    if (steady_clock::now() >= request_.deadline || interrupts_.caught() != 0) {
      return search_end::deadline;
    }
    if (capped_) return search_end::capped;
    if (enough_) return search_end::stable;
    return std::nullopt;
  }

  // What comes after a finding is not searched.
  void discard() {
    if (best_) open_.erase(open_.upper_bound(best_->where), open_.end());
  }

  void distribute() {
    discard();
    if (keeping_) return;
    std::size_t hungry = 0, asked = 0;
    for (process& each : processes_) {
      if (!each.link || each.busy) continue;
      if (open_.empty()) {
        ++hungry;
        continue;
      }
      auto first = open_.extract(open_.begin());
      byte_writer content;
      write(content, search_part{std::move(first.key()), std::move(first.mapped())});
      post(each, message_kind::work, content);
      each.busy = true;
      each.asked = false;
    }
    for (const process& each : processes_) asked += each.asked ? 1 : 0;
    for (process& each : processes_) {
      if (asked >= hungry) break;
      if (!each.busy || each.asked) continue;
      post(each, message_kind::split);
      each.asked = true;
      ++asked;
    }
  }

  [[nodiscard]] std::chrono::milliseconds pause() const {
    const auto left = request_.deadline - steady_clock::now();
    const bool often =
        request_.most != ~std::uint64_t{0} || (request_.keep && request_.keep_every < look_pause);
    const auto longest = often ? short_pause : look_pause;
    return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(left) + short_pause,
                      std::chrono::milliseconds(0), longest);
  }

  void listen(std::chrono::milliseconds most) {
    std::vector<pollfd> all{{interrupts_.descriptor(), POLLIN, 0}};
    for (const process& each : processes_) {
      const short unsent = each.link && each.link->has_unsent() ? POLLOUT : 0;
      all.push_back(
          {each.link ? each.link->descriptor() : -1, static_cast<short>(POLLIN | unsent), 0});
    }
    // A signal has been noted; that it is readable would keep this from ever waiting again.
    if (interrupts_.caught() != 0) all[0].fd = -1;
    ::poll(all.data(), all.size(), static_cast<int>(most.count()));
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      process& each = processes_[i];
      if (!each.link || all[i + 1].revents == 0) continue;
      each.link->flush();
      const bool alive = each.link->receive();
      while (const auto one = each.link->next()) handle(each, *one);
      if (!alive) bury(each);
    }
    const moment now = steady_clock::now();
    if (now - told_ < look_pause) return;
    told_ = now;
    search_.tell(executions());
  }

  void handle(process& from, const message& one) {
    byte_reader content(one.content.data(), one.content.size());
    switch (one.kind) {
      case message_kind::idle:
        from.busy = from.asked = false;
        break;
      case message_kind::part: {
        from.asked = false;
        search_part part;
        read(content, part);
        put(std::move(part));
        break;
      }
      case message_kind::told:
        from.told = true;
        from.asked = false;
        read(content, from.state);
        break;
      case message_kind::found: {
        found_at found;
        read(content, found.where);
        found.bytes.assign(one.content.end() - static_cast<std::ptrdiff_t>(content.left()),
                           one.content.end());
        take(std::move(found));
        break;
      }
      case message_kind::weaker: {
        found_at found{found_at::what::weaker, {}};
        read(content, found.where);
        take(std::move(found));
        break;
      }
      case message_kind::inapplicable:
        inapplicable_ = true;
        break;
      case message_kind::capped:
        capped_ = true;
        break;
      case message_kind::refused:
        fail(exit_usage, "resume: a part of the search cannot be used: " + read_text(content));
      default:
        break;
    }
  }

  void take(found_at found) {
    if (best_ && best_->where <= found.where) return;
    best_ = std::move(found);
    byte_writer limit;
    write(limit, best_->where);
    for (process& each : processes_) {
      if (each.link && each.busy) post(each, message_kind::limit, limit);
    }
  }

  // It has ended by itself, or because it was told to.
  void bury(process& of) {
    const int status = wait_for(of);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && of.told) return;
    if (!WIFSIGNALED(status)) {
      if (of.page->exited) {
        fail(exit_usage, "exit() inside the body of a check; a body has to return");
      }
      const int code = WEXITSTATUS(status);
      fail(code == exit_environment ? exit_environment : exit_usage,
           "a body ended its process, with code " + std::to_string(code));
    }
    // What it had still open comes after what it died of.
    lost_.executions += of.page->executions.load() + (of.page->visiting.load() ? 1 : 0);
    lost_.blocked += of.page->blocked.load();
    const auto& path = of.page->path;
    take({found_at::what::signal,
          {path.begin(), path.begin() + of.page->path_length},
          {},
          WTERMSIG(status)});
    if (!stopping_) start(of);
  }

  static int wait_for(process& of) {
    int status = 0;
    while (::waitpid(of.pid, &status, 0) < 0 && errno == EINTR) {
    }
    of.link.reset();
    of.busy = of.asked = false;
    return status;
  }

  static void kill(process& of) {
    if (!of.link) return;
    ::kill(of.pid, SIGKILL);
    wait_for(of);
  }

  // All tell what they have, while nothing goes from one to another.
  void keep_now_and_then() {
    if (!request_.keep && !request_.enough) return;
    if (!keeping_) {
      const std::chrono::nanoseconds pause = request_.enough ? enough_pause : request_.keep_every;
      if (steady_clock::now() - kept_ < std::min(pause, request_.keep_every)) return;
      keeping_ = true;
      for (process& each : processes_) {
        each.told = false;
        if (each.link) post(each, message_kind::state);
      }
      return;
    }
    for (const process& each : processes_) {
      if (each.link && !each.told) return;
    }
    keeping_ = false;
    const search_state state = together();
    if (request_.keep) request_.keep(state);
    enough_ = request_.enough && request_.enough(state.counted);
    kept_ = steady_clock::now();
  }

  // All of it, once everybody has told.
  [[nodiscard]] search_state together() {
    search_state state;
    state.counted = request_.from.counted;
    state.counted.add(lost_);
    state.found = best_;
    state.model = request_.from.model;
    state.bound = request_.from.bound;
    std::map<search_path, std::vector<std::uint8_t>> all(open_.begin(), open_.end());
    for (const process& each : processes_) {
      if (!each.told) continue;
      state.counted.add(each.state.counted);
      for (const search_part& part : each.state.open) all.emplace(part.first, part.bytes);
      if (state.bound.empty()) state.bound = each.state.bound;
    }
    for (auto& [first, bytes] : all) {
      if (best_ && first > best_->where) break;
      state.open.push_back({first, bytes});
    }
    return state;
  }

  void stop() {
    stopping_ = true;
    for (process& each : processes_) {
      each.told = false;
      if (each.link) post(each, message_kind::stop);
    }
    const moment until = steady_clock::now() + grace;
    const auto working = [&] {
      return std::any_of(processes_.begin(), processes_.end(),
                         [](const process& p) { return p.link != nullptr; });
    };
    while (working() && steady_clock::now() < until) listen(look_pause);
    if (!working()) return;
    for (process& each : processes_) kill(each);
    fail(exit_environment, "a body has not ended within " + std::to_string(grace.count()) +
                               " s after it was to be left; its process was ended");
  }

  divided_search& search_;
  jobs_request request_;
  interrupts interrupts_;
  shared_pages pages_;
  std::vector<process> processes_;
  std::multimap<search_path, std::vector<std::uint8_t>> open_;  ///< parts that nobody has
  std::optional<found_at> best_;
  totals lost_;  ///< of processes that have died
  bool inapplicable_ = false, capped_ = false, enough_ = false, keeping_ = false, stopping_ = false;
  moment kept_, told_;
};

}  // namespace

jobs_result search_in_processes(divided_search& search, jobs_request request) {
  jobs_result result;
  int caught = 0;
  {
    coordinator all(search, std::move(request));
    result = all.run();
    caught = all.caught();
  }
  // As if it had not been put off.
  if (caught != 0) ::raise(caught);
  return result;
}

}  // namespace heddle::detail
