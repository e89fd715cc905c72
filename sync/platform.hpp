// Picks the platform that `heddle::mutex` and its siblings stand on, by the definition which the
// linked library target carries: heddle::sync none, heddle::checker HEDDLE_PLATFORM_COARSE,
// heddle::checker_fine HEDDLE_PLATFORM_FINE.
//
// A unit that includes this file refers to its platform's tag.  The archive member that defines a
// tag also defines `heddle_one_platform_per_program`, so two platforms in one program do not link.
#pragma once

#if defined(HEDDLE_PLATFORM_COARSE)

#include <heddle/sync/platform/coarse.hpp>

extern "C" const char heddle_platform_coarse;

namespace heddle {
inline namespace coarse {
using platform = coarse_platform;
[[gnu::used]] static const char* const platform_tag = &heddle_platform_coarse;
}  // namespace coarse
}  // namespace heddle

#elif defined(HEDDLE_PLATFORM_FINE)

#include <heddle/sync/platform/fine.hpp>

extern "C" const char heddle_platform_fine;

namespace heddle {
inline namespace fine {
using platform = fine_platform;
[[gnu::used]] static const char* const platform_tag = &heddle_platform_fine;
}  // namespace fine
}  // namespace heddle

#else

#include <heddle/sync/platform/native.hpp>

extern "C" const char heddle_platform_native;

namespace heddle {
inline namespace native {
using platform = native_platform;
[[gnu::used]] static const char* const platform_tag = &heddle_platform_native;
}  // namespace native
}  // namespace heddle

#endif
