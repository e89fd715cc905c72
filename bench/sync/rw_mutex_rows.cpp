#include <mutex>
#include <shared_mutex>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/sync/rw_mutex.hpp>

namespace bench {

void put_rw_mutex_rows(std::vector<sync_row>& into) {
  const std::string own = "heddle::rw_mutex";
  const auto mix = [&](const char* name, const char* text, double ratio) {
    into.push_back({name, text, "/us", better::more, true, "std::mutex", {{own, ratio}}});
  };
  into.push_back({"rw reader",
                  "lock_shared and unlock_shared, one thread",
                  "ns",
                  better::less,
                  false,
                  "std::shared_mutex",
                  {{own, 0.90}}});
  mix("rw 95/5 empty", "two threads, 95 reads to 5 writes, nothing inside", 1.3);
  mix("rw 95/5 50", "two threads, 95 reads to 5 writes, 50 ns inside", 3.5);
  mix("rw 50/50 empty", "two threads, as many reads as writes, nothing inside", 1.6);
  mix("rw 50/50 50", "two threads, as many reads as writes, 50 ns inside", 2.0);
}

namespace {

const bool added = [] {
  add_mixes<for_both<std::mutex>>("std::mutex");
  add_rw_mutex<std::shared_mutex>("std::shared_mutex");
  add_rw_mutex<heddle::rw_mutex>("heddle::rw_mutex");
  return true;
}();

}  // namespace

}  // namespace bench
