// Channels and select against their machine (models/specs/channel.hpp): small clients are run in
// every interleaving of their calls by the machine, and explored over the library.  What the calls
// of an execution have returned is its outcome.  Each outcome of the library must be one of the
// machine's; and where the search was exhaustive, the other way round.
#include <heddle/models/specs/channel.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/checker/granularity.hpp>
#include <heddle/sync/channel.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/thread.hpp>

namespace {

using heddle::specs::channels;
using outcomes = std::set<std::string>;

// What a thread can call.  Each waits no longer than some time.
enum class op : std::uint8_t {
  send,
  receive,
  try_send,
  try_receive,
  close,
  send_other,
  receive_other,
  send_or_receive_other,  ///< a select
  receive_or_send_other,
  receive_either_at_once,
  send_or_receive,  ///< on one channel
  receive_both,     ///< from either
};
constexpr unsigned op_count = 12;

struct client {
  std::uint32_t capacity = 0;  ///< of the first channel; the other has none
  std::vector<std::vector<op>> threads;
};

std::string text_of(const client& of) {
  std::string text = "capacity " + std::to_string(of.capacity);
  for (const auto& thread : of.threads) {
    text += " |";
    for (const op each : thread) text += " " + std::to_string(static_cast<unsigned>(each));
  }
  return text;
}

/// How a call has ended, as the machine says it.
std::string letter(const channels::outcome& how) {
  switch (how.what) {
    case channels::how::none:
      return "-";
    case channels::how::closed:
      return "c" + std::to_string(how.which);
    case channels::how::passed:
      return (how.element == 0 ? "p" : "e" + std::to_string(how.element) + "/") +
             std::to_string(how.which);
    case channels::how::queued:
      break;
  }
  return "?";
}

/// The element that the `n`-th call of a thread sends.
std::uint32_t element_of(std::size_t thread, std::size_t n) {
  return static_cast<std::uint32_t>(10 * (thread + 1) + n);
}

bool at_once(op what) {
  return what == op::try_send || what == op::try_receive || what == op::receive_either_at_once;
}

channels::cases cases_of(op what, std::uint32_t element) {
  channels::cases all;
  const channels::one_case send{0, true, element}, receive{0, false, 0};
  const channels::one_case send_other{1, true, element}, receive_other{1, false, 0};
  switch (what) {
    case op::send:
    case op::try_send:
      all.push(send);
      break;
    case op::receive:
    case op::try_receive:
      all.push(receive);
      break;
    case op::send_other:
      all.push(send_other);
      break;
    case op::receive_other:
      all.push(receive_other);
      break;
    case op::send_or_receive_other:
      all.push(send);
      all.push(receive_other);
      break;
    case op::receive_or_send_other:
      all.push(receive);
      all.push(send_other);
      break;
    case op::receive_either_at_once:
    case op::receive_both:
      all.push(receive_other);
      all.push(receive);
      break;
    case op::send_or_receive:
      all.push(send);
      all.push(receive);
      break;
    case op::close:
      break;
  }
  return all;
}

/// All interleavings of a client over the machine.
class machine_run {
 public:
  explicit machine_run(const client& of) : of_(of), threads_(of.threads.size()) {
    channels::state start;
    start.all[0].capacity = of.capacity;
    go(start);
  }
  outcomes found;
  bool misuse = false;

 private:
  struct progress {
    std::size_t calls = 0;
    bool waits = false;
    std::string text;
  };

  void go(const channels::state& now) {
    bool over = true;
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      if (threads_[t].calls == of_.threads[t].size()) continue;
      over = false;
      const op what = of_.threads[t][threads_[t].calls];
      if (threads_[t].waits) {
        for (unsigned option = 0; option < 2; ++option) {
          const auto answer = channels::consume(now, t, option);
          if (!answer.blocks) finish(t, answer);
          if (!answer.blocks && option == 0) break;
        }
      } else if (what == op::close) {
        finish(t, channels::close(now, 0));
      } else {
        begin(t, what, now);
      }
    }
    if (!over) return;
    std::string all;
    for (const progress& each : threads_) all += each.text + "|";
    found.insert(all);
  }

  void begin(std::size_t t, op what, const channels::state& now) {
    const auto wants = cases_of(what, element_of(t, threads_[t].calls));
    unsigned options = 1;
    for (unsigned option = 0; option < options; ++option) {
      const auto answer = channels::perform(now, t, wants, at_once(what), option);
      options = answer.options;
      if (channels::outcome::unpacked(answer.result).what == channels::how::queued) {
        threads_[t].waits = true;
        go(answer.next);
        threads_[t].waits = false;
      } else {
        finish(t, answer);
      }
    }
  }

  void finish(std::size_t t, const channels::answer& answer) {
    if (answer.misuse != nullptr) {
      misuse = true;
      return;
    }
    const progress before = threads_[t];
    threads_[t].waits = false;
    ++threads_[t].calls;
    threads_[t].text += letter(channels::outcome::unpacked(answer.result)) + " ";
    go(answer.next);
    threads_[t] = before;
  }

  const client& of_;
  std::vector<progress> threads_;
};

/// A client over the library.
class library_run {
 public:
  explicit library_run(const client& of)
      : of_(of), first_(of.capacity), texts_(of.threads.size()) {}

  void go() {
    std::vector<heddle::thread> threads;
    for (std::size_t t = 0; t < of_.threads.size(); ++t) {
      threads.emplace_back([this, t] {
        for (std::size_t n = 0; n < of_.threads[t].size(); ++n) {
          texts_[t] += letter(call(of_.threads[t][n], element_of(t, n))) + " ";
        }
      });
    }
    for (heddle::thread& each : threads) each.join();
    std::string all;
    for (const std::string& each : texts_) all += each + "|";
    heddle::observe("outcome", all);
  }

 private:
  static constexpr heddle::duration patience{1000};
  using received = heddle::received<std::uint32_t>;

  static channels::outcome sent(bool passed) {
    return {passed ? channels::how::passed : channels::how::none, 0, 0};
  }
  static channels::outcome got(const received& what, std::uint8_t which = 0) {
    switch (what.status()) {
      case heddle::receive_status::received:
        return {channels::how::passed, which, *what};
      case heddle::receive_status::closed:
        return {channels::how::closed, which, 0};
      case heddle::receive_status::gave_up:
        break;
    }
    return {};
  }

  channels::outcome call(op what, std::uint32_t element) {
    switch (what) {
      case op::send:
        return sent(first_.try_send_for(patience, element));
      case op::receive:
        return got(first_.try_receive_for(patience));
      case op::try_send:
        return sent(first_.try_send(element));
      case op::try_receive:
        return got(first_.try_receive());
      case op::close:
        first_.close();
        return {};
      case op::send_other:
        return sent(other_.try_send_for(patience, element));
      case op::receive_other:
        return got(other_.try_receive_for(patience));
      default:
        return choose(what, element);
    }
  }

  channels::outcome choose(op what, std::uint32_t element) {
    channels::outcome result;
    const auto sends = [&](std::uint8_t which) {
      return [&result, which] { result = {channels::how::passed, which, 0}; };
    };
    const auto receives = [&](std::uint8_t which) {
      return [&result, which](received x) { result = got(x, which); };
    };
    std::uint32_t value = element;
    if (what == op::send_or_receive_other) {
      heddle::select(heddle::on_send(first_, std::move(value), sends(0)),
                     heddle::on_receive(other_, receives(1)), heddle::on_timeout(patience));
    } else if (what == op::receive_or_send_other) {
      heddle::select(heddle::on_receive(first_, receives(0)),
                     heddle::on_send(other_, std::move(value), sends(1)),
                     heddle::on_timeout(patience));
    } else if (what == op::receive_either_at_once) {
      heddle::select(heddle::on_receive(other_, receives(0)),
                     heddle::on_receive(first_, receives(1)), heddle::otherwise());
    } else if (what == op::receive_both) {
      heddle::select(heddle::on_receive(other_, receives(0)),
                     heddle::on_receive(first_, receives(1)), heddle::on_timeout(patience));
    } else {
      heddle::select(heddle::on_send(first_, std::move(value), sends(0)),
                     heddle::on_receive(first_, receives(1)), heddle::on_timeout(patience));
    }
    return result;
  }

  const client& of_;
  heddle::channel<std::uint32_t> first_;
  heddle::channel<std::uint32_t> other_;
  std::vector<std::string> texts_;
};

outcomes explored(const client& of, heddle::options settings) {
  settings.shrink = {};
  const heddle::verdict result = heddle::explore(
      "client", [&] { library_run(of).go(); }, settings);
  BOOST_TEST((result.status == heddle::verdict_status::ok),
             text_of(of) << ": " << heddle::report_text(result));
  outcomes all;
  const auto seen = result.observed.find("outcome");
  if (seen == result.observed.end()) return all;
  for (const auto& [text, times] : seen->second) all.insert(text);
  return all;
}

/// The client of a number: its operations are the digits of the number.
client client_of(std::uint64_t number, unsigned threads, unsigned calls) {
  client result;
  result.capacity = static_cast<std::uint32_t>(number % 2);
  number /= 2;
  for (unsigned t = 0; t < threads; ++t) {
    result.threads.emplace_back();
    for (unsigned i = 0; i < calls; ++i, number /= op_count) {
      result.threads.back().push_back(static_cast<op>(number % op_count));
    }
  }
  return result;
}

std::uint64_t client_count(unsigned threads, unsigned calls) {
  std::uint64_t count = 2;
  for (unsigned i = 0; i < threads * calls; ++i) count *= op_count;
  return count;
}

struct tally {
  unsigned clients = 0;
  std::size_t outcomes = 0;
};

/// Compares the client, if it makes no misuse possible.
void compare(const client& of, const heddle::options& settings, bool whole, tally& sum) {
  const machine_run machine(of);
  if (machine.misuse) return;
  const outcomes library = explored(of, settings);
  for (const std::string& each : library) {
    BOOST_TEST(machine.found.contains(each), text_of(of) << ": the machine never does " << each);
  }
  for (const std::string& each : machine.found) {
    if (whole) {
      BOOST_TEST(library.contains(each), text_of(of) << ": the library never does " << each);
    }
  }
  ++sum.clients;
  sum.outcomes += library.size();
}

/// Every `stride`-th client of a size.
void compare_all(unsigned threads, unsigned calls, std::uint64_t stride) {
  const bool coarse = heddle::granularity_of_program() == heddle::granularity::coarse;
  heddle::options settings;
  settings.strategy = "exhaustive";
  // Fine, up to a preemption, which of a call each brings about all that there is; and fewer.
  const bool whole = coarse || threads * calls == 2;
  if (!coarse) settings.strategy = "odometer";
  if (!coarse) settings.preemptions = 1;
  tally sum;
  for (std::uint64_t i = 0; i < client_count(threads, calls);
       i += coarse || whole ? stride : 3 * stride) {
    compare(client_of(i, threads, calls), settings, whole, sum);
  }
  BOOST_TEST_MESSAGE(threads << " threads with " << calls << " calls: " << sum.clients
                             << " clients, " << sum.outcomes << " outcomes");
  BOOST_TEST(sum.clients > 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channel_clients)

BOOST_AUTO_TEST_CASE(two_threads_with_a_call_each) { compare_all(2, 1, 1); }

BOOST_AUTO_TEST_CASE(some_of_two_threads_with_two_calls) { compare_all(2, 2, 401); }

BOOST_AUTO_TEST_CASE(some_of_three_threads_with_a_call) { compare_all(3, 1, 37); }

BOOST_AUTO_TEST_SUITE_END()
