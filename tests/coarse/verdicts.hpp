// What the tests of whole searches share.
#pragma once

#include <functional>
#include <vector>

#include <heddle/checker/check.hpp>
#include <heddle/sync/thread.hpp>

#include <boost/test/unit_test.hpp>

namespace heddle {

using work = std::function<void()>;

inline void together(const std::vector<work>& each) {
  std::vector<thread> threads;
  for (const work& one : each) threads.emplace_back(one);
  for (thread& one : threads) one.join();
}

inline verdict whole(const char* name, const work& body, options settings = {}) {
  settings.strategy = "exhaustive";
  return explore(name, body, settings);
}

inline verdict passes(const char* name, const work& body, const options& settings = {}) {
  verdict result = whole(name, body, settings);
  BOOST_TEST((result.status == verdict_status::ok), report_text(result));
  BOOST_TEST((result.kind == proof::exhaustive));
  return result;
}

inline void deadlocks(const char* name, const work& body, const options& settings = {}) {
  const verdict result = whole(name, body, settings);
  BOOST_TEST((result.found && result.found->kind == finding_kind::deadlock),
             name << ": " << result.line() << report_text(result));
}

}  // namespace heddle
