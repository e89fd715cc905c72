#include <heddle/sync/profile.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <heddle/sync/channel.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/contention.hpp>
#include <heddle/sync/context.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/parking.hpp>
#include <heddle/sync/select.hpp>
#include <heddle/sync/thread.hpp>
#include <heddle/sync/wait_group.hpp>

BOOST_AUTO_TEST_SUITE(profile)

namespace {

using heddle::location;
using heddle::profile_kind;
using heddle::profile_record;
using namespace std::chrono_literals;

/// Switches both profiles off and empties them, before and after a case.
struct clean_slate {
  clean_slate() { reset(); }
  ~clean_slate() { reset(); }
  static void reset() {
    heddle::set_contention_fraction(0);
    heddle::set_block_rate(0ns);
    for (const auto kind : {profile_kind::contention, profile_kind::blocking}) {
      heddle::set_profile_callback(kind, nullptr);
      heddle::clear_profile(kind);
    }
  }
};

double count_of(profile_kind what) {
  double sum = 0;
  for (const profile_record& each : heddle::profile_records(what)) sum += each.count;
  return sum;
}

/// The line that one thread unlocks in, while the other waits.
std::uint32_t meet_once(heddle::mutex& lock) {
  lock.lock();
  heddle::thread waiter([&] {
    lock.lock();
    lock.unlock();
  });
  heddle::sleep_for(200us);  // so that it most likely sleeps; or there is no event this time
  const std::uint32_t line = location::here().line + 1;
  lock.unlock();
  waiter.join();
  return line;
}

bool has_line(profile_kind what, std::uint32_t line) {
  const auto records = heddle::profile_records(what);
  return std::any_of(records.begin(), records.end(),
                     [&](const profile_record& each) { return each.caller.line == line; });
}

/// What a message of protocol buffers holds: the values of each field.
struct decoded {
  std::map<std::uint64_t, std::vector<std::uint64_t>> numbers;
  std::map<std::uint64_t, std::vector<std::string_view>> parts;
  bool valid = true;

  explicit decoded(std::string_view bytes) {
    while (!bytes.empty() && valid) {
      const std::uint64_t tag = varint(bytes);
      if ((tag & 7) == 0) {
        numbers[tag >> 3].push_back(varint(bytes));
      } else if ((tag & 7) == 2) {
        const std::uint64_t size = varint(bytes);
        valid = valid && size <= bytes.size();
        parts[tag >> 3].push_back(bytes.substr(0, size));
        if (valid) bytes.remove_prefix(size);
      } else {
        valid = false;
      }
    }
  }
  std::uint64_t varint(std::string_view& bytes) {
    std::uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (bytes.empty() || shift > 63) {
        valid = false;
        return 0;
      }
      const auto byte = static_cast<std::uint8_t>(bytes.front());
      bytes.remove_prefix(1);
      result |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return result;
    }
  }
  std::vector<std::uint64_t> packed(std::uint64_t field) {
    std::vector<std::uint64_t> result;
    for (std::string_view rest : parts[field]) {
      while (!rest.empty() && valid) result.push_back(varint(rest));
    }
    return result;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_is_off_keeps_nothing, clean_slate) {
  heddle::mutex lock;
  for (int i = 0; i < 3; ++i) meet_once(lock);
  heddle::detail::note_contention(1s, location::here());
  heddle::detail::note_block(1s, location::here());
  BOOST_TEST(heddle::profile_records(profile_kind::contention).empty());
  BOOST_TEST(heddle::profile_records(profile_kind::blocking).empty());
}

BOOST_FIXTURE_TEST_CASE(the_fraction_is_read_and_set, clean_slate) {
  BOOST_TEST(heddle::set_contention_fraction(5) == 0);
  BOOST_TEST(heddle::set_contention_fraction(-1) == 5);
  BOOST_TEST(heddle::set_contention_fraction(0) == 5);
}

BOOST_FIXTURE_TEST_CASE(a_wait_is_charged_to_the_unlock, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::mutex lock;
  std::uint32_t line = 0;
  int rounds = 0;
  while (count_of(profile_kind::contention) < 3 && ++rounds < 1000) line = meet_once(lock);
  const auto records = heddle::profile_records(profile_kind::contention);
  BOOST_TEST_REQUIRE(!records.empty());
  double of_line = 0;
  for (const profile_record& each : records) {
    BOOST_TEST(std::string_view(each.caller.file).ends_with("profile_test.cpp"));
    BOOST_TEST((each.delay > 0ns));
    BOOST_TEST(!each.stack.empty());
    if (each.caller.line == line) of_line += each.count;
  }
  BOOST_TEST(of_line >= 1);
}

BOOST_FIXTURE_TEST_CASE(a_place_stands_once, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::set_block_rate(1ns);
  // A loop that nobody can unroll, for each copy would be a place of its own.
  std::atomic<int> left{10};
  do {
    heddle::detail::note_contention(3us, location::here());
    heddle::detail::note_block(2us, location::here());
  } while (--left > 0);
  for (const auto kind : {profile_kind::contention, profile_kind::blocking}) {
    const auto records = heddle::profile_records(kind);
    BOOST_TEST_REQUIRE(records.size() == 1U);
    BOOST_TEST(records[0].count == 10);
    BOOST_TEST((records[0].delay == (kind == profile_kind::contention ? 30us : 20us)));
  }
}

// The one that is woken waited an hour, the last of the others half an hour.
BOOST_FIXTURE_TEST_CASE(an_unlock_is_charged_for_those_who_wait_on, clean_slate) {
  using platform = heddle::native_platform;
  using node = heddle::detail::parked<platform>;
  const location here = location::here();
  int key = 0, other_key = 0;
  node woken(&key), first(&key), stranger(&other_key), last(&key);
  const auto now = platform::now();
  woken.clock.since = now - 1h;
  first.clock.since = now - 40min;
  stranger.clock.since = now - 50min;
  last.clock.since = now - 30min;
  heddle::detail::parking_bucket<platform> bucket;
  for (node* each : {&woken, &first, &stranger, &last}) {
    bucket.insert(*each, heddle::detail::queue_end::back, here);
  }
  bucket.remove(woken, here);
  heddle::detail::contention_charge<platform> charge;
  charge.add(woken, bucket, here);
  // An hour, and for two others the mean of an hour and half an hour.
  BOOST_TEST((charge.delay() >= 150min && charge.delay() < 151min));
  BOOST_TEST((first.clock.since >= now && last.clock.since >= now));
  BOOST_TEST((stranger.clock.since < now));

  heddle::detail::contention_charge<platform> unmeasured;
  woken.clock.since = {};
  unmeasured.add(woken, bucket, here);
  BOOST_TEST((unmeasured.delay() == 0ns));
  for (node* each : {&first, &stranger, &last}) bucket.remove(*each, here);
}

BOOST_FIXTURE_TEST_CASE(one_of_n_is_kept_and_counts_n_times, clean_slate) {
  heddle::set_contention_fraction(10);
  int kept = 0;
  heddle::set_profile_callback(profile_kind::contention, [&](const profile_record&) { ++kept; });
  for (int i = 0; i < 20000; ++i) heddle::detail::note_contention(1us, location::here());
  BOOST_TEST((kept > 1600 && kept < 2400));
  const auto records = heddle::profile_records(profile_kind::contention);
  BOOST_TEST_REQUIRE(records.size() == 1U);
  BOOST_TEST(records[0].count == 10.0 * kept);
  BOOST_TEST((records[0].delay == 10us * kept));
}

BOOST_FIXTURE_TEST_CASE(another_fraction_leaves_what_was_kept, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::detail::note_contention(1us, location::here());
  heddle::set_contention_fraction(1000);
  const auto records = heddle::profile_records(profile_kind::contention);
  BOOST_TEST_REQUIRE(records.size() == 1U);
  BOOST_TEST(records[0].count == 1);
  BOOST_TEST((records[0].delay == 1us));
}

BOOST_FIXTURE_TEST_CASE(short_and_long_blocks_are_weighed_alike, clean_slate) {
  heddle::set_block_rate(100us);
  const std::uint32_t short_line = location::here().line + 1;
  for (int i = 0; i < 20000; ++i) heddle::detail::note_block(20us, location::here());
  const std::uint32_t long_line = location::here().line + 1;
  for (int i = 0; i < 40; ++i) heddle::detail::note_block(10ms, location::here());
  double short_sum = 0, short_count = 0, long_sum = 0;
  for (const profile_record& each : heddle::profile_records(profile_kind::blocking)) {
    const auto delay = static_cast<double>(each.delay.count());
    if (each.caller.line == short_line) short_sum += delay, short_count += each.count;
    if (each.caller.line == long_line) long_sum += delay;
  }
  BOOST_TEST(long_sum == 4e8);
  BOOST_TEST((short_sum > 3.2e8 && short_sum < 4.8e8));
  BOOST_TEST((short_count > 16000 && short_count < 24000));
}

BOOST_FIXTURE_TEST_CASE(every_wait_that_sleeps_is_in_the_block_profile, clean_slate) {
  heddle::set_block_rate(1ns);
  heddle::channel<int> numbers, others;
  heddle::mutex lock;
  heddle::cond changed;
  heddle::wait_group tasks;
  bool told = false;
  std::uint32_t receive = 0, send = 0, choice = 0, locking = 0, waiting = 0, group = 0;
  // Whether a thread is asleep cannot be asked; so again, until each was seen.
  const auto all_seen = [&] {
    for (const std::uint32_t line : {receive, send, choice, locking, waiting, group}) {
      if (line == 0 || !has_line(profile_kind::blocking, line)) return false;
    }
    return true;
  };
  for (int i = 0; i < 200 && !all_seen(); ++i) {
    lock.lock();
    tasks.add(1);
    heddle::cancel_context ctx;
    std::vector<heddle::thread> threads;
    threads.emplace_back([&] {
      receive = location::here().line + 1;
      (void)numbers.receive();
    });
    threads.emplace_back([&] {
      send = location::here().line + 1;
      others.send(1);
    });
    threads.emplace_back([&] {
      heddle::channel<int> none;
      choice = location::here().line + 1;
      heddle::select(heddle::on_receive(none, [](auto&&) {}), heddle::on_done(ctx));
    });
    threads.emplace_back([&] {
      locking = location::here().line + 1;
      lock.lock();
      while (!told) {
        waiting = location::here().line + 1;
        changed.wait(lock);
      }
      lock.unlock();
    });
    threads.emplace_back([&] {
      group = location::here().line + 1;
      tasks.wait();
    });
    heddle::sleep_for(1ms);
    lock.unlock();
    heddle::sleep_for(1ms);
    lock.lock();
    told = true;
    lock.unlock();
    changed.broadcast();
    numbers.send(1);
    (void)others.receive();
    tasks.done();
    ctx.cancel();
    for (heddle::thread& each : threads) each.join();
    told = false;
  }
  BOOST_TEST(has_line(profile_kind::blocking, receive));
  BOOST_TEST(has_line(profile_kind::blocking, send));
  BOOST_TEST(has_line(profile_kind::blocking, choice));
  BOOST_TEST(has_line(profile_kind::blocking, locking));
  BOOST_TEST(has_line(profile_kind::blocking, waiting));
  BOOST_TEST(has_line(profile_kind::blocking, group));
}

BOOST_FIXTURE_TEST_CASE(a_callback_may_lock_and_throw, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::mutex lock;
  int calls = 0;
  heddle::set_profile_callback(profile_kind::contention, [&](const profile_record& what) {
    const heddle::lock_guard guard(lock);
    ++calls;
    // Not profiled, so this does not go on for ever.
    heddle::detail::note_contention(1us, location::here());
    if (what.delay == 2us) throw 1;
  });
  heddle::detail::note_contention(1us, location::here());
  heddle::detail::note_contention(2us, location::here());
  BOOST_TEST(calls == 2);
}

BOOST_FIXTURE_TEST_CASE(the_text_has_a_header_and_a_line_for_each_place, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::detail::note_contention(3us, {"some/file.cpp", 12});
  std::ostringstream out;
  heddle::write_profile_text(profile_kind::contention, out);
  BOOST_TEST(out.str().starts_with("--- mutex:\ncycles/second=1000000000\n3000 1 @ 0x"));
  BOOST_TEST(out.str().find("#\tsome/file.cpp:12\n") != std::string::npos);
  std::ostringstream blocks;
  heddle::write_profile_text(profile_kind::blocking, blocks);
  BOOST_TEST(blocks.str() == "--- contention:\ncycles/second=1000000000\n");
}

BOOST_FIXTURE_TEST_CASE(what_is_written_for_pprof_can_be_read, clean_slate) {
  heddle::set_contention_fraction(1);
  heddle::detail::note_contention(300us, {"some/file.cpp", 12});
  heddle::detail::note_contention(1us, {"other.cpp", 300});
  std::ostringstream out;
  heddle::write_profile(profile_kind::contention, out);
  const std::string bytes = out.str();
  decoded profile(bytes);
  BOOST_TEST_REQUIRE(profile.valid);
  const auto& strings = profile.parts[6];
  BOOST_TEST_REQUIRE(!strings.empty());
  BOOST_TEST(strings[0] == "");
  const auto text = [&](std::uint64_t index) { return std::string(strings.at(index)); };

  BOOST_TEST_REQUIRE(profile.parts[1].size() == 2U);
  decoded counts(profile.parts[1][0]), delays(profile.parts[1][1]);
  BOOST_TEST(text(counts.numbers[1].at(0)) == "contentions");
  BOOST_TEST(text(counts.numbers[2].at(0)) == "count");
  BOOST_TEST(text(delays.numbers[1].at(0)) == "delay");
  BOOST_TEST(text(delays.numbers[2].at(0)) == "nanoseconds");

  std::map<std::uint64_t, std::uint64_t> mapping_of;  // of each location
  for (const std::string_view each : profile.parts[4]) {
    decoded place(each);
    mapping_of[place.numbers[1].at(0)] = place.numbers[2].empty() ? 0 : place.numbers[2][0];
    BOOST_TEST(place.numbers[3].at(0) != 0U);
  }
  BOOST_TEST_REQUIRE(profile.parts[2].size() == 2U);
  decoded first(profile.parts[2][0]);
  const auto stack = first.packed(1);
  BOOST_TEST_REQUIRE(!stack.empty());
  for (const std::uint64_t id : stack) BOOST_TEST(mapping_of.contains(id));
  BOOST_TEST(mapping_of[stack[0]] != 0U);
  const auto values = first.packed(2);
  BOOST_TEST_REQUIRE(values.size() == 2U);
  BOOST_TEST(values[0] == 1U);
  BOOST_TEST(values[1] == 300000U);
  decoded label(first.parts[3].at(0));
  BOOST_TEST(text(label.numbers[1].at(0)) == "caller");
  BOOST_TEST(text(label.numbers[2].at(0)) == "some/file.cpp:12");
  BOOST_TEST(profile.numbers[12].at(0) == 1U);
  BOOST_TEST(!profile.parts[3].empty());
}

BOOST_FIXTURE_TEST_CASE(a_file_that_cannot_be_written_is_told, clean_slate) {
  BOOST_TEST(!heddle::write_profile_file(profile_kind::contention, "/nowhere/at/all.prof"));
}

BOOST_AUTO_TEST_SUITE_END()
