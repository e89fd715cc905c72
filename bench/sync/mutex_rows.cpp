#include <mutex>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/sync/asymmetric_mutex.hpp>
#include <heddle/sync/mutex.hpp>

namespace bench {

void put_mutex_rows(std::vector<sync_row>& into) {
  const std::string base = "std::mutex";
  const std::string own = "heddle::mutex";
  into.push_back({"mutex",
                  "lock and unlock, one thread",
                  "ns",
                  better::less,
                  false,
                  base,
                  {{own, 0.90}, {"heddle::asymmetric_mutex", 0.50}}});
  into.push_back({"mutex 2 empty",
                  "two threads, nothing inside",
                  "/us",
                  better::more,
                  true,
                  base,
                  {{own, 3.5, 0.75}}});
  into.push_back({"mutex 2 50",
                  "two threads, 50 ns inside",
                  "/us",
                  better::more,
                  true,
                  base,
                  {{own, 3.0, 0.75}}});
  into.push_back({"mutex 2 50+200",
                  "two threads, 50 ns inside and 200 ns outside",
                  "/us",
                  better::more,
                  true,
                  base,
                  {{own, 1.0, 0.75}}});
  into.push_back({"mutex 4 50",
                  "four threads wherever they run, 50 ns inside",
                  "/us",
                  better::more,
                  false,
                  base,
                  {{own, 0.9, 0, true}}});
}

namespace {

const bool added = [] {
  add_mutex<std::mutex>("std::mutex");
  add_mutex<heddle::mutex>("heddle::mutex");
  add_mutex<heddle::asymmetric_mutex>("heddle::asymmetric_mutex");
  return true;
}();

}  // namespace

}  // namespace bench
