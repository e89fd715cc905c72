#include <heddle/checker/mpi/ranks.hpp>

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include <heddle/checker/interrupts.hpp>
#include <heddle/checker/mpi/mailbox.hpp>
#include <heddle/checker/mpi/rank_worker.hpp>
#include <heddle/checker/options.hpp>

namespace heddle::detail {

namespace {

using std::chrono::steady_clock;
using moment = steady_clock::time_point;

// A look for messages takes less than a microsecond.
constexpr auto look_pause = std::chrono::microseconds(200);
constexpr auto idle_pause = std::chrono::microseconds(50);
constexpr std::chrono::nanoseconds enough_pause = std::chrono::milliseconds(500);

// What rank 0 does besides: it hands parts from those that have much to those that have nothing.
class rank_coordinator {
 public:
  rank_coordinator(mailbox& mail, jobs_request request)
      : mail_(mail), request_(std::move(request)), ranks_(static_cast<std::size_t>(mail.size())) {
    for (search_part& each : std::exchange(request_.from.open, {})) put(std::move(each));
    best_ = std::move(request_.from.found);
    kept_ = steady_clock::now();
  }

  void look(bool interrupted) {
    discard();
    if (!stopping_ && (end_ = ended(interrupted))) {
      stopping_ = true;
      ask_all(message_kind::stop);
    }
    if (stopping_) return;
    keep_now_and_then();
    if (!keeping_) distribute();
  }

  void handle(int from, const message& one) {
    rank& its = ranks_[static_cast<std::size_t>(from)];
    byte_reader content(one.content.data(), one.content.size());
    switch (one.kind) {
      case message_kind::idle:
        its.busy = its.asked = false;
        break;
      case message_kind::part: {
        its.asked = false;
        search_part part;
        read(content, part);
        put(std::move(part));
        break;
      }
      case message_kind::told:
        --its.owed;
        its.asked = false;
        read(content, its.state);
        break;
      case message_kind::found:
      case message_kind::weaker: {
        const bool weaker = one.kind == message_kind::weaker;
        found_at found{weaker ? found_at::what::weaker : found_at::what::finding, {}};
        read(content, found.where);
        found.bytes.assign(one.content.end() - static_cast<std::ptrdiff_t>(content.left()),
                           one.content.end());
        take(std::move(found));
        break;
      }
      case message_kind::inapplicable:
        inapplicable_ = true;
        break;
      case message_kind::refused:
        fail(exit_usage, "resume: a part of the search cannot be used: " + read_text(content));
      default:
        break;
    }
  }

  [[nodiscard]] jobs_result result() {
    jobs_result all{*end_, together()};
    const search_state& state = all.state;
    if (state.open.empty() && all.end != search_end::inapplicable) all.end = search_end::exhausted;
    if (state.found) {
      const bool weaker = state.found->is == found_at::what::weaker;
      all.end = weaker ? search_end::weaker : search_end::found;
    }
    if (all.end == search_end::inapplicable || all.end == search_end::weaker) return all;
    if (request_.keep) request_.keep(state);
    if (request_.leave) request_.leave(state);
    return all;
  }

 private:
  struct rank {
    bool busy = false, asked = false;
    unsigned owed = 0;  ///< how often it has still to tell
    search_state state;
  };

  void put(search_part part) { open_.emplace(std::move(part.first), std::move(part.bytes)); }

  // What comes after a finding is not searched.
  void discard() {
    if (best_) open_.erase(open_.upper_bound(best_->where), open_.end());
  }

  [[nodiscard]] std::optional<search_end> ended(bool interrupted) const {
    if (inapplicable_) return search_end::inapplicable;
    const bool quiet = open_.empty() && std::none_of(ranks_.begin(), ranks_.end(),
                                                     [](const rank& each) { return each.busy; });
    if (quiet) return search_end::exhausted;
    if (interrupted || steady_clock::now() >= request_.deadline) return search_end::deadline;
    if (enough_) return search_end::stable;
    return std::nullopt;
  }

  void send(std::size_t to, message_kind kind, const byte_writer& content = {}) {
    mail_.send(static_cast<int>(to), kind, content.bytes());
  }

  void distribute() {
    std::size_t hungry = 0, asked = 0;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      rank& each = ranks_[i];
      if (each.busy) continue;
      if (open_.empty()) {
        ++hungry;
        continue;
      }
      auto first = open_.extract(open_.begin());
      byte_writer content;
      write(content, search_part{std::move(first.key()), std::move(first.mapped())});
      send(i, message_kind::work, content);
      each.busy = true;
      each.asked = false;
    }
    for (const rank& each : ranks_) asked += each.asked ? 1U : 0U;
    for (std::size_t i = 0; i < ranks_.size() && asked < hungry; ++i) {
      if (!ranks_[i].busy || ranks_[i].asked) continue;
      send(i, message_kind::split);
      ranks_[i].asked = true;
      ++asked;
    }
  }

  void take(found_at found) {
    if (best_ && best_->where <= found.where) return;
    best_ = std::move(found);
    // Who has stopped would take it for the next search's.
    if (stopping_) return;
    byte_writer limit;
    write(limit, best_->where);
    for (std::size_t i = 0; i < ranks_.size(); ++i) send(i, message_kind::limit, limit);
  }

  void ask_all(message_kind what) {
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      ++ranks_[i].owed;
      send(i, what);
    }
  }

  // All tell what they have, while nothing goes from one to another.
  void keep_now_and_then() {
    if (!request_.keep && !request_.enough) return;
    if (!keeping_) {
      const auto pause = request_.enough ? enough_pause : request_.keep_every;
      if (steady_clock::now() - kept_ < std::min(pause, request_.keep_every)) return;
      keeping_ = true;
      ask_all(message_kind::state);
      return;
    }
    if (!all_told()) return;
    keeping_ = false;
    const search_state state = together();
    if (request_.keep) request_.keep(state);
    enough_ = request_.enough && request_.enough(state.counted);
    kept_ = steady_clock::now();
  }

  [[nodiscard]] bool all_told() const {
    return std::all_of(ranks_.begin(), ranks_.end(),
                       [](const rank& each) { return each.owed == 0; });
  }

  // All of it, once everybody has told.
  [[nodiscard]] search_state together() const {
    search_state state;
    state.counted = request_.from.counted;
    state.found = best_;
    state.model = request_.from.model;
    state.bound = request_.from.bound;
    std::map<search_path, std::vector<std::uint8_t>> all(open_.begin(), open_.end());
    for (const rank& each : ranks_) {
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

 public:
  [[nodiscard]] bool finished() const { return stopping_ && all_told(); }

 private:
  mailbox& mail_;
  jobs_request request_;
  std::vector<rank> ranks_;
  std::multimap<search_path, std::vector<std::uint8_t>> open_;  ///< parts that nobody has
  std::optional<found_at> best_;
  std::optional<search_end> end_;
  bool inapplicable_ = false, enough_ = false, keeping_ = false, stopping_ = false;
  moment kept_;
};

bool is_for_worker(message_kind kind) noexcept { return kind <= message_kind::stop; }

// Until rank 0 has heard the end of everybody.
void make_search(mailbox& mail, rank_worker& worker, rank_coordinator* coordinator,
                 const interrupts& caught) {
  moment looked{};
  while (coordinator != nullptr ? !coordinator->finished() : !worker.stopped()) {
    const moment now = steady_clock::now();
    if (!worker.busy() || now - looked >= look_pause) {
      looked = now;
      while (const auto one = mail.next()) {
        if (is_for_worker(one->one.kind)) {
          worker.handle(one->one);
        } else if (coordinator != nullptr) {
          coordinator->handle(one->from, one->one);
        }
      }
      if (coordinator != nullptr) coordinator->look(caught.caught() != 0);
    }
    if (worker.busy()) {
      worker.step();
    } else {
      std::this_thread::sleep_for(idle_pause);
    }
  }
}

}  // namespace

jobs_result search_by_ranks(divided_search& search, jobs_request request) {
  if (request.most < ~std::uint64_t{0}) {
    fail(exit_usage, "executions: ranks share no number of executions; give a budget");
  }
  jobs_result result{search_end::exhausted, {}};
  int signal = 0;
  {
    mailbox mail;
    const interrupts caught;
    rank_worker worker(search, mail);
    std::optional<rank_coordinator> coordinator;
    if (mail.rank() == 0) coordinator.emplace(mail, std::move(request));
    make_search(mail, worker, coordinator ? &*coordinator : nullptr, caught);
    byte_writer told;
    if (coordinator) {
      result = coordinator->result();
      told.byte(static_cast<std::uint8_t>(result.end));
      write(told, result.state);
    }
    std::vector<std::uint8_t> bytes = told.bytes();
    mail.share(bytes);
    byte_reader from(bytes.data(), bytes.size());
    result.end = static_cast<search_end>(from.byte());
    read(from, result.state);
    signal = caught.caught();
  }
  if (signal != 0) ::raise(signal);
  return result;
}

}  // namespace heddle::detail
