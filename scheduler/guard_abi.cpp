// The functions that compilers call around the initialisation of a function-local static.  They
// stand alone, since <cxxabi.h>, which other headers bring along, declares them with another type.
#include <cstdint>

#include <heddle/scheduler/guard.hpp>

extern "C" {

int __cxa_guard_acquire(std::uint64_t* guard) { return heddle::guard_acquire(guard) ? 1 : 0; }

void __cxa_guard_release(std::uint64_t* guard) { heddle::guard_release(guard, true); }

void __cxa_guard_abort(std::uint64_t* guard) { heddle::guard_release(guard, false); }
}
