// The tag of the native platform.  Whoever includes sync/platform.hpp refers to its platform's tag
// and so pulls exactly this member, or its sibling, out of an archive.  All of them define the
// second symbol, so a program that holds two platforms ends in "multiple definition" at link time.
extern "C" {

extern const char heddle_platform_native;
const char heddle_platform_native = 0;

extern const char heddle_one_platform_per_program;
const char heddle_one_platform_per_program = 0;
}
