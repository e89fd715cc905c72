#include <heddle/tests/graph/counted.hpp>

#include <heddle/tests/graph/collector.hpp>

namespace heddle::litmus {

namespace {

std::string fetch_adds(unsigned threads, unsigned count) {
  return same(threads, times(count, "x.fetch_add(1,?)"));
}
std::string increments(unsigned threads) {
  return each_thread(
      threads, [](unsigned i) { return "r=x.load(?); x.store(r+" + number(1U << i) + ",?)"; });
}
std::string numbers_written(unsigned threads) {
  return each_thread(threads,
                     [](unsigned i) { return "r=x.load(?); x.store(" + number(i) + ",?)"; });
}
std::string rotation(unsigned threads) {
  return each_thread(threads,
                     [](unsigned i) { return "x.cas(" + number(i) + "," + number(i + 1) + ",?)"; });
}
std::string cas_and_store(unsigned threads) {
  return each_thread(threads,
                     [](unsigned i) { return "x.cas(0,1,?); x.store(" + number(i + 3) + ",?)"; });
}
std::string writer_and_cas(unsigned threads) {
  return "x.store(2,?) || " + same(threads, "x.cas(2,3,?)");
}
std::string readers(unsigned count) { return "x.store(1,?) || " + same(count, "x.load(?)"); }
std::string writers(unsigned count) {
  return "x.load(?) || " +
         each_thread(count + 1, [](unsigned i) { return "x.store(" + number(i) + ",?)"; });
}
std::string fibonacci(unsigned rounds) {
  return "{x=1; y=1} " + times(rounds, "r=x.load(?); t=y.load(?); x.store(r+t,?)") + " || " +
         times(rounds, "r=y.load(?); t=x.load(?); y.store(r+t,?)");
}
std::string last_zero(unsigned count) {
  const auto name = [](unsigned i) { return "a" + number(i); };
  std::string text = "r" + number(count) + "=" + name(count) + ".load(?)";
  for (unsigned i = count; i-- > 0;) {
    text += "; if(r" + number(i + 1) + "!=0) r" + number(i) + "=" + name(i) + ".load(?)";
  }
  return text + " || " + each_thread(count, [&](unsigned i) {
           return "r0=" + name(i) + ".load(?); " + name(i + 1) + ".store(r0+1,?)";
         });
}
std::string coherence_of_all(unsigned n) {
  return "x.store(1,?); y.load(?); x.load(?) || x.store(2,?); z.load(?); x.load(?)" +
         (n < 2 ? "" : " || " + each_thread(n - 1, [](unsigned i) {
                         return "y.store(" + number(i + 1) + ",?); z.store(" + number(i + 1) +
                                ",?)";
                       }));
}
std::string polled_flag() {
  return "f.store(1,rel) || r=f.load(acq); " + times(40, "if(r==0) r=f.load(acq)");
}
std::string locks(unsigned threads, unsigned count) {
  return same(threads, times(count, "m.lock(); m.unlock()"));
}
void add_updates(collector& all) {
  for (unsigned n = 2; n <= 6; ++n) all.both("ainc " + number(n), fetch_adds(n, 1), factorial(n));
  all.both("fai 2x2", fetch_adds(2, 2), 6);
  all.both("fai 2x3", fetch_adds(2, 3), 20);
  all.both("fai 2x4", fetch_adds(2, 4), 70);
  all.both("fai 2x5", fetch_adds(2, 5), 252);
  all.both("fai 2x6", fetch_adds(2, 6), 924);
  all.both("fai 3x2", fetch_adds(3, 2), 90);
  all.both("fai 3x3", fetch_adds(3, 3), 1680);
  all.both("fai 4x2", fetch_adds(4, 2), 2520);
  for (unsigned n = 2; n <= 4; ++n) {
    const std::uint64_t orders = factorial(n);
    const std::string two = "x.fetch_add(1,?); y.fetch_add(1,?)";
    all.both("binc " + number(n), same(n, two), orders * orders);
    all.both("inc " + number(n), increments(n), orders * orders);
    all.both("rw " + number(n), numbers_written(n), orders * orders);
    const std::string writer = "x.store(1,?) || ";
    all.both("wainc " + number(n), writer + fetch_adds(n, 1), factorial(n + 1));
  }
  const std::string three = "x.fetch_add(1,?); y.fetch_add(1,?); z.fetch_add(1,?)";
  all.both("cinc 2", same(2, three), 8);
  all.both("cinc 3", same(3, three), 216);
}

void add_exchanges(collector& all) {
  for (unsigned n = 2; n <= 5; ++n) all.both("cas " + number(n), same(n, "x.cas(0,1,?)"), n);
  const std::uint64_t rotations[] = {2, 5, 14, 43, 144, 523};
  for (unsigned n = 2; n <= 7; ++n) {
    all.both("casrot " + number(n), rotation(n), rotations[n - 2]);
  }
  const std::uint64_t stored[] = {6, 66, 1200};
  for (unsigned n = 2; n <= 4; ++n) {
    all.both("casw " + number(n), cas_and_store(n), stored[n - 2]);
  }
  const std::uint64_t written[] = {5, 13, 33, 81, 193, 449};
  for (unsigned n = 2; n <= 7; ++n) {
    all.both("wcas " + number(n), writer_and_cas(n), written[n - 2]);
  }
}

void add_accesses(collector& all) {
  for (unsigned n : {2U, 5U, 6U, 8U}) all.both("readers " + number(n), readers(n), 1U << n);
  all.both("writers 4", writers(4), 720);
  all.strong("lastzero 5", last_zero(5), 64);
  all.strong("lastzero 10", last_zero(10), 3328);
  const std::uint64_t coherent[][2] = {{4, 4}, {15, 16}, {130, 144}};
  const std::uint64_t sums[][2] = {{3, 3}, {19, 20}, {141, 175}, {1107, 1764}};
  for (unsigned n = 1; n <= 3; ++n) {
    all.sc("CoA " + number(n), coherence_of_all(n), coherent[n - 1][0]);
    all.rc11("CoA " + number(n), coherence_of_all(n), "rlx", coherent[n - 1][1]);
  }
  for (unsigned n = 2; n <= 4; ++n) {
    all.strong("fib " + number(n), fibonacci(n), sums[n - 1][0]);
    all.rc11("fib " + number(n), fibonacci(n), "rlx", sums[n - 1][1]);
  }
  all.both("publish", polled_flag(), 42);
  all.strong("peterson-try",
             "f.store(1,?); t.store(1,?); r=g.load(?); if(r!=0) t.load(?); f.store(0,?) || "
             "g.store(1,?); t.store(0,?); r=f.load(?); if(r!=0) t.load(?); g.store(0,?)",
             14);
  all.strong("dekker-try",
             "f.store(1,?); g.load(?); f.store(0,?) || g.store(1,?); f.load(?); g.store(0,?)", 7);
}

void add_locks(collector& all) {
  for (unsigned n = 2; n <= 5; ++n) all.both("lock " + number(n), locks(n, 1), factorial(n));
  all.both("lock 2x2", locks(2, 2), 6);
  all.both("lock 2x3", locks(2, 3), 20);
  all.both("lock 3x2", locks(3, 2), 90);
  all.both("lock 3x3", locks(3, 3), 1680);
  all.both("AB-BA",
           "a.lock(); b.lock(); b.unlock(); a.unlock() || b.lock(); a.lock(); a.unlock(); "
           "b.unlock()",
           2, 1);
  all.both("3 philosophers",
           "a.lock(); b.lock(); b.unlock(); a.unlock() || b.lock(); c.lock(); c.unlock(); "
           "b.unlock() || c.lock(); a.lock(); a.unlock(); c.unlock()",
           6, 1);
  all.wasted(3);
  const std::string tries = "r=m.try_lock(); if(r==0) m.unlock()";
  all.both("trylock 2", same(2, tries), 4);
  all.both("trylock 3", same(3, tries), 24);
  all.both("mutex vs trylock", locks(1, 1) + " || " + tries, 3);
  for (unsigned n = 3; n <= 5; ++n) {
    all.both("spin-cas " + number(n), same(n, "l.lock(); l.store(0,rel)"), factorial(n));
  }
  all.both("ticket lock 3", same(3, "r=t.fetch_add(1,?); n.await(r,acq); n.fetch_add(1,rel)"), 6);
  all.both("rw lock, 2 readers and a writer",
           same(2, "m.lock_shared(); m.unlock_shared()") + " || " + locks(1, 1), 14);
}

}  // namespace

std::vector<counted> small_counts() {
  collector all;
  add_updates(all);
  add_exchanges(all);
  add_accesses(all);
  add_locks(all);
  add_waits(all);
  add_asymmetric_fences(all);
  return all.take();
}

std::vector<counted> large_counts() {
  collector all;
  all.both("ainc 7", fetch_adds(7, 1), 5040);
  all.both("fai 2x7", fetch_adds(2, 7), 3432);
  all.both("fai 2x8", fetch_adds(2, 8), 12870);
  all.both("fai 2x9", fetch_adds(2, 9), 48620);
  const std::string three = "x.fetch_add(1,?); y.fetch_add(1,?); z.fetch_add(1,?)";
  all.both("cinc 4", same(4, three), 13824);
  all.both("casrot 8", rotation(8), 2048);
  all.both("casrot 9", rotation(9), 8597);
  all.both("casw 5", cas_and_store(5), 32880);
  all.both("wcas 8", writer_and_cas(8), 1025);
  all.both("wcas 9", writer_and_cas(9), 2305);
  all.both("readers 13", readers(13), 8192);
  all.strong("lastzero 15", last_zero(15), 147456);
  all.sc("CoA 4", coherence_of_all(4), 2028);
  all.rc11("CoA 4", coherence_of_all(4), "rlx", 2304);
  all.sc("CoA 5", coherence_of_all(5), 49776);
  all.rc11("CoA 5", coherence_of_all(5), "rlx", 57600);
  all.strong("fib 5", fibonacci(5), 8953);
  all.rc11("fib 5", fibonacci(5), "rlx", 19404);
  all.sc("fib 6", fibonacci(6), 73789);
  all.both("lock 6", locks(6, 1), 720);
  all.both("lock 7", locks(7, 1), 5040);
  all.both("lock 4x2", locks(4, 2), 2520);
  all.both("lock 3x4", locks(3, 4), 34650);
  return all.take();
}

// Each was missed, or visited again, by an explorer with one small mistake.
std::vector<counted> pitfalls() {
  collector all;
  all.both("a reader is revisited past a waiter",
           "r=x.load(?); x.await(1,?); x.store(r,?) || x.fetch_add(2,?) || x.store(2,?); "
           "x.store(2,?)",
           0, 12);
  all.both("a spin ends though its first read is old",
           "r=x.load(?); r=y.load(?); if(r==0) spin(2) || x.store(1,?); y.store(1,?)", 2);
  all.wasted(2);
  all.both("a spin goes on though its first read is old",
           "x.store(1,?) || r=x.load(?); r=y.load(?); if(r==0) spin(2) || y.store(1,?)", 2);
  all.wasted(2);
  all.both("a spurious failure spins in vain", "r=x.weak_cas(0,1,?); if(r!=0) spin(1)", 1);
  all.wasted(1);
  all.both("a blocked lock is revisited",
           "a.lock(); b.lock(); x.await(1,?) || b.lock(); x.store(1,?); b.unlock()", 1, 1);
  all.both("updates and a failing exchange",
           "x.fetch_add(1,?); x.fetch_add(1,?) || x.fetch_add(1,?) || x.store(1,?); "
           "x.exchange(2,?); x.cas(2,3,?)",
           60);
  all.both("a write stands before others when it is revisited to",
           "y.load(?); x.store(1,?) || x.load(?) || x.store(2,?)", 6);
  const std::string revisited =
      "x.store(1,?) || y.store(1,?); x.load(?) || x.cas(1,2,?); y.load(?) || y.store(2,?); "
      "x.store(2,?)";
  all.sc("an exchange among four threads", revisited, 78);
  all.rc11("an exchange among four threads", revisited, "rlx", 120);
  all.both("options of a revisited read",
           "x.load(?) || x.weak_cas(0,1,?); x.any(?); x.any(?) || x.weak_cas(0,2,?)", 130);
  all.both("a wait that is given up reads an old write",
           "q.enqueue(); q.consume() || q.enqueue(); q.timed_consume(); x.store(1,?) || "
           "x.timed_await(1,?) || x.store(2,?)",
           0, 27);
  all.wasted(14);
  all.both("options of a read that is blocked behind",
           "s.release(); x.store(2,?); x.store(1,?) || r=x.timed_await(1,?); if(r==1) y.load(?) || "
           "r=x.weak_cas(1,2,?); if(r==1) x.load(?); x.fetch_add(1,?)",
           29, 4);
  all.both("options before tests",
           "q.enqueue(); q.timed_consume(); x.load(?) || q.enqueue(); q.consume(); x.load(?) || "
           "x.store(1,?); q.notify_one() || x.load(?)",
           26, 30);
  all.both("an option that writes revisits",
           "q.enqueue(); q.consume(); x.load(?) || x.store(1,?); q.enqueue(); q.timed_consume()", 0,
           5);
  all.wasted(2);
  all.rc11("a fence against seq_cst accesses",
           "x.store(1,rlx); fence(sc); y.load(rlx) || y.store(1,sc); x.load(sc)", "mixed", 3);
  all.rc11("2+2W beside a relaxed access",
           "z.load(rlx) || x.store(1,sc); y.store(2,sc) || y.store(1,sc); x.store(2,sc)", "mixed",
           3);
  all.rc11("a revisited exchange that psc refuses may fail",
           "y.store(1,rlx) || r=x.load(rlx); x.store(1,sc); r=y.weak_cas(1,2,sc/rlx) || "
           "r=x.load(rlx); y.store(1,sc); r=x.load(sc)",
           "mixed", 29);
  all.rc11("IRIW beside a relaxed access",
           "z.load(rlx) || x.store(1,sc) || x.load(sc); y.load(sc) || y.store(1,sc) || "
           "y.load(sc); x.load(sc)",
           "mixed", 15);
  all.rc11("a write that psc refuses is not read by a failing exchange",
           "y.store(1,sc); x.store(2,sc) || y.weak_cas(2,5,rlx) || x.store(1,sc); y.store(2,sc)",
           "mixed", 12);
  all.rc11("an exchange fails and does not acquire",
           "x.store(1,rlx); y.store(1,rel) || y.cas(5,6,acqrel/rlx); x.load(rlx)", "mixed", 4);
  return all.take();
}

}  // namespace heddle::litmus
