#include <mutex>
#include <shared_mutex>

#include <heddle/bench/sync/locks.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/scalable_rw_mutex.hpp>

namespace bench {

void put_rw_mutex_rows(std::vector<sync_row>& into) {
  const std::string own = "heddle::rw_mutex";
  const std::string scalable = "heddle::scalable_rw_mutex";
  const auto mix = [&](const char* name, const char* text, double ratio) {
    into.push_back({name, text, "/us", better::more, true, "std::mutex", {{own, ratio}}});
  };
  into.push_back({"rw reader",
                  "lock_shared and unlock_shared, one thread",
                  "ns",
                  better::less,
                  false,
                  "std::shared_mutex",
                  {{own, 0.90}, {scalable, 0.15}}});
  into.push_back({"rw scalable readers",
                  "scalable_rw_mutex, two threads that read, against one of them",
                  "/us",
                  better::more,
                  true,
                  "one reads",
                  {{"two read", 1.7}}});
  mix("rw 95/5 empty", "two threads, 95 reads to 5 writes, nothing inside", 1.3);
  mix("rw 95/5 50", "two threads, 95 reads to 5 writes, 50 ns inside", 3.5);
  mix("rw 50/50 empty", "two threads, as many reads as writes, nothing inside", 1.6);
  mix("rw 50/50 50", "two threads, as many reads as writes, 50 ns inside", 2.0);
}

namespace {

/// Threads that read, or the first of them while the other only looks whether it is over.  So many
/// reads are a step that it does not count which thread looks at the clock.
template <class L>
class readers_contest final : public contestant {
 public:
  explicit readers_contest(unsigned readers) : readers_(readers) {}

  std::uint64_t run(unsigned who, closing_time& until, std::uint64_t&) override {
    std::uint64_t steps = 0;
    if (who >= readers_) {
      while (!until.over(who, 0)) {
      }
      return 0;
    }
    for (; !until.over(who, steps); ++steps) {
      for (unsigned i = 0; i < reads_of_a_step; ++i) {
        lock_.lock_shared();
        lock_.unlock_shared();
      }
    }
    return steps;
  }

 private:
  static constexpr unsigned reads_of_a_step = 64;

  alignas(64) L lock_;
  alignas(64) const unsigned readers_;
};

template <class L>
sample reading(unsigned readers) {
  const auto contest = std::make_unique<readers_contest<L>>(readers);
  return sample_of(in_clean_windows(*contest));
}

const bool added = [] {
  add_mixes<for_both<std::mutex>>("std::mutex");
  add_rw_mutex<std::shared_mutex>("std::shared_mutex");
  add_rw_mutex<heddle::rw_mutex>("heddle::rw_mutex");
  add_rw_mutex<heddle::scalable_rw_mutex>("heddle::scalable_rw_mutex");
  add_subject("rw scalable readers", "one reads",
              [] { return reading<heddle::scalable_rw_mutex>(1); });
  add_subject("rw scalable readers", "two read",
              [] { return reading<heddle::scalable_rw_mutex>(2); });
  return true;
}();

}  // namespace

}  // namespace bench
