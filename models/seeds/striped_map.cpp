// A map in segments, each with a lock of its own, so that threads at different keys do not meet.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

class striped_map {
 public:
  void add(int key, int amount) {
    segment& s = segments_[index_of(key)];
    const lock_guard guard(s.lock);
    s.entries.write()[key] += amount;
  }

  [[nodiscard]] int get(int key) {
    segment& s = segments_[index_of(key)];
    const lock_guard guard(s.lock);
    return value_of(s, key);
  }

  // Broken: the lock is picked by another hash than the data, after somebody changed only one of
  // the two.
  [[nodiscard]] int get_with_the_wrong_lock(int key) {
    const segment& s = segments_[index_of(key)];
    const lock_guard guard(segments_[index_of(key / 2)].lock);
    return value_of(s, key);
  }

  /// Takes `amount` from one key and gives it to the other, which lies in another segment; nobody
  /// sees one without the other.  Locks in the order of the segments, whatever the keys.
  void transfer(int from, int to, int amount) {
    const auto [low, high] = std::minmax({index_of(from), index_of(to)});
    const lock_guard first(segments_[low].lock);
    const lock_guard second(segments_[high].lock);
    move(from, to, amount);
  }

  // Broken: locks in the order of the arguments.  Two transfers in opposite directions each hold
  // what the other wants.
  void transfer_in_key_order(int from, int to, int amount) {
    const lock_guard first(segments_[index_of(from)].lock);
    const lock_guard second(segments_[index_of(to)].lock);
    move(from, to, amount);
  }

 private:
  struct segment {
    explicit segment(const char* name) : lock(name), entries({}, name) {}
    mutex lock;
    shared<std::map<int, int>> entries;
  };

  static std::size_t index_of(int key) { return static_cast<std::size_t>(key) % 2; }

  static int value_of(const segment& s, int key) {
    const std::map<int, int>& entries = s.entries.read();
    const auto at = entries.find(key);
    return at == entries.end() ? 0 : at->second;
  }

  void move(int from, int to, int amount) {
    segments_[index_of(from)].entries.write()[from] -= amount;
    segments_[index_of(to)].entries.write()[to] += amount;
  }

  std::array<segment, 2> segments_{segment("segment 0"), segment("segment 1")};
};

const model_registration repaired{{
    .name = "seeds/striped_map",
    .body =
        [] {
          striped_map map;
          thread other([&] { map.transfer(1, 0, 5); });
          map.transfer(0, 1, 7);
          other.join();
          expect(map.get(0) == -2, "5 came and 7 went");
          expect(map.get(1) == 2, "7 came and 5 went");
        },
    .summary = "segments are locked in their own order",
}};

const model_registration key_order{{
    .name = "seeds/striped_map_key_order",
    .expected = finding_kind::deadlock,
    .body =
        [] {
          striped_map map;
          thread other([&] { map.transfer_in_key_order(1, 0, 5); });
          map.transfer_in_key_order(0, 1, 7);
          other.join();
        },
    .summary = "two keys of one operation are locked in the order of the keys",
}};

const model_registration wrong_segment{{
    .name = "seeds/striped_map_wrong_segment",
    .expected = finding_kind::data_race,
    .body =
        [] {
          striped_map map;
          thread other([&] { map.add(3, 7); });
          expect(map.get_with_the_wrong_lock(5) == 0, "nobody adds to this key");
          other.join();
        },
    .summary = "the lock of another segment is taken",
}};

}  // namespace

}  // namespace heddle::seeds
