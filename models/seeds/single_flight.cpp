// A value that is costly to fetch: threads that want it at the same time fetch it once.
#include <heddle/checker/model.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/patterns/rw_map.hpp>
#include <heddle/sync/patterns/single_flight.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::seeds {

namespace {

const model_registration repaired{{
    .name = "seeds/single_flight",
    .body =
        [] {
          single_flight<int, int> flights("flights");
          atomic<int> fetched{0, "fetched"};
          const auto fetch = [&] {
            fetched.fetch_add(1);
            return 7;
          };
          int of_other = 0;
          thread other([&] { of_other = flights.run(1, fetch).value; });
          const auto own = flights.run(1, fetch);
          other.join();
          expect(own.value == 7 && of_other == 7, "both have the value");
          expect(!own.shared || fetched.load() == 1, "a value that is shared is fetched once");
        },
    .summary = "who comes while it is fetched waits for it",
}};

/// A cache before the flights.
const model_registration cached{{
    .name = "seeds/single_flight_cached",
    .body =
        [] {
          rw_map<int, int> cache("cache");
          single_flight<int, int> flights("flights");
          atomic<int> fetched{0, "fetched"};
          const auto fetch = [&] {
            if (const auto known = cache.load(1)) return *known;
            fetched.fetch_add(1);
            cache.store(1, 7);
            return 7;
          };
          const auto get = [&] {
            const auto known = cache.load(1);
            return known ? *known : flights.run(1, fetch).value;
          };
          thread other([&] { get(); });
          get();
          other.join();
          expect(fetched.load() == 1, "the value is fetched once");
        },
    .summary = "looks at the cache again when it leads the flight",
}};

// Broken: the flight that it would have joined has ended since it looked.
const model_registration stale_look{{
    .name = "seeds/single_flight_cached_stale_look",
    .expected = finding_kind::assertion,
    .body =
        [] {
          rw_map<int, int> cache("cache");
          single_flight<int, int> flights("flights");
          atomic<int> fetched{0, "fetched"};
          const auto fetch = [&] {
            fetched.fetch_add(1);
            cache.store(1, 7);
            return 7;
          };
          const auto get = [&] {
            const auto known = cache.load(1);
            return known ? *known : flights.run(1, fetch).value;
          };
          thread other([&] { get(); });
          get();
          other.join();
          expect(fetched.load() == 1, "the value is fetched once");
        },
    .summary = "looks at the cache only before the flight",
}};

}  // namespace

}  // namespace heddle::seeds
