// A map in segments, each with a lock of its own, so that threads at different keys do not meet.
#include <array>
#include <cstddef>
#include <map>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/patterns/striped_map.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

using map_of_two = striped_map<int, int>;

/// Takes `amount` from one key and gives it to the other, which lies in another segment; nobody
/// sees one without the other.
void transfer(map_of_two& map, int from, int to, int amount) {
  const auto move = [amount](int& source, int& target) {
    source -= amount;
    target += amount;
  };
  map.with_both(from, to, move);
}

// Broken: locks in the order of the arguments.  Two transfers in opposite directions each hold what
// the other wants.
void transfer_in_key_order(map_of_two& map, int from, int to, int amount) {
  map.with(from, [&](int& source) {
    map.with(to, [&](int& target) {
      source -= amount;
      target += amount;
    });
  });
}

const model_registration repaired{{
    .name = "seeds/striped_map",
    .body =
        [] {
          map_of_two map(2, "segment");
          thread other([&] { transfer(map, 1, 0, 5); });
          transfer(map, 0, 1, 7);
          other.join();
          expect(map.load(0) == -2, "5 came and 7 went");
          expect(map.load(1) == 2, "7 came and 5 went");
        },
    .summary = "segments are locked in their own order",
}};

const model_registration key_order{{
    .name = "seeds/striped_map_key_order",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          map_of_two map(2, "segment");
          thread other([&] { transfer_in_key_order(map, 1, 0, 5); });
          transfer_in_key_order(map, 0, 1, 7);
          other.join();
        },
    .summary = "two keys of one operation are locked in the order of the keys",
}};

// Broken: the lock is picked by another hash than the data, after somebody changed only one of the
// two.
class map_with_the_wrong_lock {
 public:
  void add(int key, int amount) {
    segment& s = segments_[index_of(key)];
    const lock_guard guard(s.lock);
    s.entries.write()[key] += amount;
  }
  [[nodiscard]] int get(int key) {
    const segment& s = segments_[index_of(key)];
    const lock_guard guard(segments_[index_of(key / 2)].lock);
    const std::map<int, int>& entries = s.entries.read();
    const auto at = entries.find(key);
    return at == entries.end() ? 0 : at->second;
  }

 private:
  struct segment {
    explicit segment(const char* name) : lock(name), entries({}, name) {}
    mutex lock;
    shared<std::map<int, int>> entries;
  };

  static std::size_t index_of(int key) { return static_cast<std::size_t>(key) % 2; }

  std::array<segment, 2> segments_{segment("segment 0"), segment("segment 1")};
};

const model_registration wrong_segment{{
    .name = "seeds/striped_map_wrong_segment",
    .expected = finding_kind::data_race,
    .body =
        [] {
          map_with_the_wrong_lock map;
          thread other([&] { map.add(3, 7); });
          expect(map.get(5) == 0, "nobody adds to this key");
          other.join();
        },
    .summary = "the lock of another segment is taken",
}};

}  // namespace

}  // namespace heddle::seeds
