// What misuse does under control: a finding with the text that stands on stderr natively, and the
// place of the call.
#include <string>
#include <string_view>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <heddle/checker/check.hpp>
#include <heddle/scheduler/finding.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/tests/misuse/cases.hpp>

BOOST_AUTO_TEST_SUITE(misuse)

BOOST_DATA_TEST_CASE(it_is_a_finding_with_the_same_text, misuse_cases::cases, what) {
  const heddle::verdict result = heddle::explore(what.name, what.body);
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::misuse));
  const std::string start = std::string(what.message) + ": cases.hpp:";
  BOOST_TEST(result.found->text.substr(0, start.size()) == start);
}

// Natively that is not seen.
BOOST_AUTO_TEST_CASE(an_add_that_nothing_orders_with_a_wait) {
  const heddle::verdict result = heddle::explore("unordered_add", [] {
    heddle::wait_group group;
    heddle::thread late([&] {
      group.add(1);
      group.done();
    });
    group.wait();
    late.join();
  });
  BOOST_REQUIRE(result.found.has_value());
  BOOST_TEST((result.found->kind == heddle::finding_kind::misuse));
  BOOST_TEST(result.found->text.starts_with("wait_group add is not ordered with wait: "));
}

// Two rounds of which each is over before anybody waits: the adds need no order.
BOOST_AUTO_TEST_CASE(adds_from_zero_before_a_wait_need_no_order) {
  const heddle::verdict result = heddle::explore("two_rounds", [] {
    heddle::wait_group group;
    const auto round = [&] {
      group.add(1);
      group.done();
    };
    heddle::thread first(round), second(round);
    first.join();
    second.join();
    group.wait();
  });
  BOOST_TEST((result.status == heddle::verdict_status::ok), heddle::report_text(result));
}

BOOST_AUTO_TEST_SUITE_END()
