#include <heddle/checker/granularity.hpp>

// Weak, so that it does not pull the tag out of its archive: it is there if a unit of the program
// was compiled for the coarse platform, and null if not.
extern "C" [[gnu::weak]] const char heddle_platform_coarse;

namespace heddle {

std::string_view to_string(granularity grain) noexcept {
  return grain == granularity::coarse ? "coarse" : "fine";
}

granularity granularity_of_program() noexcept {
  return &heddle_platform_coarse != nullptr ? granularity::coarse : granularity::fine;
}

}  // namespace heddle
