// A body with many executions, and files: for the tests of searches that are divided or kept.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/execution.hpp>
#include <heddle/sync/atomic.hpp>
#include <heddle/sync/thread.hpp>

namespace heddle::testing {

/// What happens with the last sum, which is different in many executions.
inline void fibonacci(int rounds, const std::function<void(unsigned)>& then) {
  heddle::atomic<unsigned> x{1, "x"}, y{1, "y"};
  heddle::thread other([&] {
    for (int i = 0; i < rounds; ++i) x.store(x.load() + y.load());
  });
  for (int i = 0; i < rounds; ++i) y.store(x.load() + y.load());
  other.join();
  then(x.load());
}

inline void observed_sum(unsigned sum) { heddle::observe("sum", std::to_string(sum % 7)); }

inline verdict explored(int rounds, const std::function<void(unsigned)>& then,
                        const options& settings) {
  return explore(
      "fibonacci", [&] { fibonacci(rounds, then); }, settings);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

/// A file of this test, gone at its end.
class test_file {
 public:
  explicit test_file(const std::string& name)
      : name_((std::filesystem::temp_directory_path() /
               ("heddle_" + name + "_" + std::to_string(::getpid())))
                  .string()) {}
  ~test_file() { std::filesystem::remove(name_); }
  test_file(const test_file&) = delete;
  test_file& operator=(const test_file&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool exists() const { return std::filesystem::exists(name_); }
  [[nodiscard]] std::string content() const {
    std::ifstream file(name_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& content) const {
    std::ofstream(name_, std::ios::binary) << content;
  }

 private:
  std::string name_;
};

}  // namespace heddle::testing
