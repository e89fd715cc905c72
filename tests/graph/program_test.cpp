// The oracles on programs small enough to count by hand, and the language itself.
#include <heddle/tests/graph/axiomatic.hpp>
#include <heddle/tests/graph/campaign.hpp>
#include <heddle/tests/graph/interleavings.hpp>
#include <heddle/tests/graph/program.hpp>

#include <boost/test/unit_test.hpp>

using namespace heddle::litmus;

namespace {

// Graphs by interleavings, by the axioms of sc, and of rc11; of the last, how many deadlock.
std::string oracles(const char* text) {
  const program p = parse(text);
  const auto number = [](const std::optional<graph_set>& of) {
    return of ? std::to_string(of->all.size()) : "too many";
  };
  const auto rc11 = enumerate(p, axioms::rc11, 100'000);
  return number(interleave(p, 100'000)) + " " + number(enumerate(p, axioms::sc, 100'000)) + " " +
         number(rc11) + " " + std::to_string(rc11->deadlocked);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(oracle)

BOOST_AUTO_TEST_CASE(a_text_read_and_written_is_the_same) {
  const std::string text =
      "{x=1; s=2} spawn(1); r=x.cas(0,r+t+1,acqrel/rlx); if(r!=0) x.store(r,rel); fence(sc) || "
      "s.acquire(); if(r==2) t=choose(2); r=y.timed_await(1,acq); join(0)";
  BOOST_TEST(to_text(parse(text)) == text);
  const bool same = rc::check("random programs", [] {
    for (const bias of : {bias::uniform, bias::fences, bias::choices}) {
      const std::string made = to_text(make_program(*programs(), of));
      RC_ASSERT(to_text(parse(made)) == made);
    }
  });
  BOOST_TEST(same);
}

// Two orders of the writes, and for each the read sees one of three: 6.
BOOST_AUTO_TEST_CASE(coherence_alone) {
  BOOST_TEST(oracles("x.store(1,rlx) || x.store(2,rlx) || x.load(rlx)") == "6 6 6 0");
}

// Only rc11 lets both reads miss; seq_cst accesses forbid it.
BOOST_AUTO_TEST_CASE(store_buffering) {
  BOOST_TEST(oracles("x.store(1,rlx); y.load(rlx) || y.store(1,rlx); x.load(rlx)") == "3 3 4 0");
  BOOST_TEST(oracles("x.store(1,sc); y.load(sc) || y.store(1,sc); x.load(sc)") == "3 3 3 0");
}

// Message passing, through a release sequence and through fences.
BOOST_AUTO_TEST_CASE(release_and_acquire_forbid_a_stale_read) {
  BOOST_TEST(oracles("x.store(1,rlx); y.store(1,rlx) || y.load(rlx); x.load(rlx)") == "3 3 4 0");
  BOOST_TEST(oracles("x.store(1,rlx); y.store(1,rel) || y.load(acq); x.load(rlx)") == "3 3 3 0");
  BOOST_TEST(oracles("x.store(1,rlx); fence(rel); y.store(1,rlx) || y.load(rlx); fence(acq); "
                     "x.load(rlx)") == "3 3 3 0");
}

// The thread does not begin before it is spawned, and the join waits for its end.
BOOST_AUTO_TEST_CASE(spawn_and_join_order) {
  BOOST_TEST(oracles("x.store(1,rlx); spawn(1); join(1); x.load(rlx) || x.store(2,rlx)") ==
             "1 1 1 0");
  BOOST_TEST(oracles("spawn(1); x.store(1,rlx); join(1) || x.store(2,rlx)") == "2 2 2 0");
  BOOST_TEST(oracles("spawn(1); join(1); x.store(1,rlx) || x.await(1,rlx)") == "1 1 1 1");
}

// Either thread may hold the lock that is never released; and the first store may be missed.
BOOST_AUTO_TEST_CASE(what_waits_for_ever_counts_as_a_graph) {
  BOOST_TEST(oracles("m.lock() || m.lock()") == "2 2 2 2");
  BOOST_TEST(oracles("x.await(1,rlx) || x.store(1,rlx); x.store(2,rlx)") == "2 2 2 1");
}

// Given up, or blocked for ever; where somebody stores, it is woken instead of blocked.
BOOST_AUTO_TEST_CASE(a_wait_may_be_given_up) {
  BOOST_TEST(oracles("x.timed_await(1,rlx)") == "2 2 2 1");
  BOOST_TEST(oracles("x.timed_await(1,rlx) || x.store(1,rlx)") == "2 2 2 0");
}

// It reads the initial value and fails, or succeeds and the store stands after it; or it reads the
// store, and there is one way to fail.
BOOST_AUTO_TEST_CASE(a_weak_exchange_may_fail) {
  BOOST_TEST(oracles("x.weak_cas(0,1,rlx)") == "2 2 2 0");
  BOOST_TEST(oracles("x.weak_cas(0,1,rlx) || x.store(2,rlx)") == "3 3 3 0");
}

BOOST_AUTO_TEST_SUITE_END()
