// Profiles of a native program: where threads wait for locks, and where they block.
// docs/profiles.md says how to read them.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include <heddle/sync/location.hpp>
#include <heddle/sync/time.hpp>

namespace heddle {

enum class profile_kind : std::uint8_t {
  contention,  ///< waits for a mutex, charged to the unlock that ended them
  blocking,    ///< every sleep in a primitive, charged to who slept
};

/// What is known of one place.  Or, to a callback, of one event.
struct profile_record {
  double count = 0;          ///< events, with those that were not sampled
  duration delay{};          ///< the time that they took, likewise
  std::vector<void*> stack;  ///< return addresses, the innermost first
  location caller;           ///< the line that called the primitive
};

/// Keeps 1 of `n` contentions, at random, each counting `n` times; 0, as at the start, switches
/// the profile off, a negative number changes nothing.  Returns what it was before.
///
/// Off, a wait costs one relaxed load where it parks, and an unlock nothing.
int set_contention_fraction(int n);

/// Keeps every sleep of at least `rate`; and of shorter ones some, each counting as one of `rate`
/// in all, so that the sum is right on average.  Zero, as at the start, switches the profile off.
void set_block_rate(duration rate);

/// What has been kept so far, the longest delay first.
[[nodiscard]] std::vector<profile_record> profile_records(profile_kind what);
void clear_profile(profile_kind what);

/// As pprof reads it: profile.proto, not compressed.
void write_profile(profile_kind what, std::ostream& out);
/// Lines `delay count @ addresses`, each with its symbols.
void write_profile_text(profile_kind what, std::ostream& out);
/// As text if the name ends with `.txt`, else for pprof; false if it cannot be written.
bool write_profile_file(profile_kind what, const std::string& file);

/// Has `callback` called with each event that is kept, in the thread that it is charged to; null
/// for nobody.  Waits of the callback itself are not profiled.
void set_profile_callback(profile_kind what, std::function<void(const profile_record&)> callback);

}  // namespace heddle
