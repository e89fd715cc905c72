// Go's mutex and channels, by a program of Go's that measures itself.
#include <cstdio>
#include <memory>
#include <string>

#include <heddle/bench/sync/clock.hpp>
#include <heddle/bench/sync/table.hpp>

namespace bench {

namespace {

/// What the program says of a row; not valid if it says nothing.
sample ask(const char* row, double inside_ns, double outside_ns) {
  const std::string command = std::string("'") + HEDDLE_GO_PEER + "' " + row + ' ' +
                              std::to_string(rounds_for(inside_ns)) + ' ' +
                              std::to_string(rounds_for(outside_ns));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> answer(::popen(command.c_str(), "r"),
                                                               &::pclose);
  sample result;
  result.valid = answer != nullptr && std::fscanf(answer.get(), "%lf %lf %lf", &result.value,
                                                  &result.share, &result.longest) == 3;
  return result;
}

void add(const char* row, const char* name, const char* what, double inside_ns = 0,
         double outside_ns = 0) {
  add_subject(row, name, [=] { return ask(what, inside_ns, outside_ns); });
}

const bool added = [] {
  add("mutex", "Go sync.Mutex", "mutex");
  add("mutex 2 empty", "Go sync.Mutex", "windows");
  add("mutex 2 50", "Go sync.Mutex", "windows", 50);
  add("mutex 2 50+200", "Go sync.Mutex", "windows", 50, 200);
  add("mutex 4 50", "Go sync.Mutex", "crowded", 50);
  add("channel ping-pong", "Go chan, goroutines", "ping-pong");
  add("channel 64 SPSC", "Go chan, goroutines", "spsc");
  add("channel 64 SPSC", "Go chan, on threads", "spsc-threads");
  add("channel 64 MPMC", "Go chan, goroutines", "mpmc");
  return true;
}();

}  // namespace

}  // namespace bench
