// Programs that spin or wait, and such with asymmetric fences.
#include <heddle/tests/graph/collector.hpp>

namespace heddle::litmus {

namespace {

std::string permits(unsigned count, unsigned threads) {
  return "{s=" + number(count) + "} " + same(threads, "s.acquire(); s.release()");
}
// Waits for a flag with a condition variable.
std::string waiter() {
  return "m.lock(); r=f.load(rlx); if(r==0) q.enqueue(); if(r==0) m.unlock(); if(r==0) "
         "q.consume(); if(r==0) m.lock(); m.unlock()";
}

// A ring of n threads that store and then load what the next one stores; the fences between.
std::string store_buffers(const std::vector<const char*>& fences) {
  const auto n = static_cast<unsigned>(fences.size());
  return each_thread(n, [&](unsigned i) {
    return "x" + number(i) + ".store(1,rlx); fence(" + fences[i] + "); x" + number((i + 1) % n) +
           ".load(rlx)";
  });
}

void add_spins(collector& all) {
  all.both("flag in a spin loop", "x.store(1,?) || r=x.load(?); if(r==0) spin(1)", 1);
  all.wasted(1);
  all.both("spin loop on a flag, reader first", "r=x.load(?); if(r==0) spin(1) || x.store(1,?)", 1);
  all.both("spin loop, never set", "r=x.load(?); if(r==0) spin(1)", 0, 1);
  const std::uint64_t wasted[] = {1, 7, 53, 421};
  for (unsigned n = 2; n <= 5; ++n) {
    all.both("cas spin lock " + number(n),
             same(n, "r=l.cas(0,1,?); if(r!=0) spin(1); l.store(0,?)"), factorial(n));
    all.wasted(wasted[n - 2]);
  }
  all.both("ticket spin lock 3",
           same(3, "t=q.fetch_add(1,?); r=n.load(?); if(r!=t) spin(1); n.fetch_add(1,?)"), 6);
  all.wasted(13);
  all.both("spin barrier of 3", same(3, "n.fetch_add(1,?); r=n.load(?); if(r!=3) spin(1)"), 6);
  all.wasted(15);
  all.strong("peterson",
             "f.store(1,?); t.store(2,?); r=g.load(?); if(r!=0) u=t.load(?); if(u==2) spin(2); "
             "f.store(0,?) || g.store(1,?); t.store(1,?); r=f.load(?); if(r!=0) u=t.load(?); "
             "if(u==1) spin(2); g.store(0,?)",
             4);
  all.wasted(5);
}

}  // namespace

void add_waits(collector& all) {
  all.both("semaphore of 1, 3 threads", permits(1, 3), 6);
  all.both("semaphore of 2, 3 threads", permits(2, 3), 54);
  all.wasted(2);
  all.both("semaphore of 0, 1 post, 2 waiters", "s.release() || s.acquire() || s.acquire()", 0, 2);
  all.both("park and unpark", "s.exchange(1,?) || s.acquire()", 1);
  all.both("a token is lost", times(2, "s.exchange(1,?)") + " || " + times(2, "s.acquire()"), 1, 1);
  const std::string both_ways = times(2, "c.acquire()");
  all.both("channel of 1, 2 producers 1 consumer", same(2, "c.lock()") + " || " + both_ways, 2);
  all.both("channel of 1, 2 items", times(2, "c.lock()") + " || " + both_ways, 1);
  all.both("spin on a flag", "x.store(1,?) || x.await(1,?)", 1);
  all.both("spin, never set", "x.await(1,?)", 0, 1);
  add_spins(all);
  all.both("barrier of 3", same(3, "n.fetch_add(1,?); n.await(3,?)"), 6);
  all.both("cond", "m.lock(); f.store(1,rlx); m.unlock(); q.notify_one() || " + waiter(), 2);
  all.both("cond, flag set without lock", "f.store(1,rlx); q.notify_one() || " + waiter(), 2, 1);
  const std::string setter = "m.lock(); f.store(1,rlx); m.unlock(); q.";
  all.both("2 waiters, notify_all", setter + "notify_all() || " + same(2, waiter()), 14);
  // Whoever is notified, the other one waits for ever; the queue has two orders.
  all.both("2 waiters, notify_one", setter + "notify_one() || " + same(2, waiter()), 6, 4);
}

// All of the 2^n outcomes, or all but the one in which every load sees nothing.
void add_asymmetric_fences(collector& all) {
  const auto ring = [&](const std::vector<const char*>& fences, std::uint64_t graphs) {
    std::string name = "store buffers:";
    for (const char* const each : fences) name += std::string(" ") + each;
    all.rc11(name, store_buffers(fences), "rlx", graphs);
    all.sc(name, store_buffers(fences), (std::uint64_t{1} << fences.size()) - 1);
  };
  ring({"light", "heavy"}, 3);
  ring({"heavy", "heavy"}, 3);
  ring({"heavy", "sc"}, 3);
  ring({"light", "light"}, 4);
  ring({"light", "sc"}, 4);
  ring({"light", "light", "heavy"}, 8);
  ring({"light", "heavy", "light"}, 8);
  ring({"light", "heavy", "heavy"}, 7);
  ring({"heavy", "heavy", "heavy"}, 7);
  ring({"light", "heavy", "sc"}, 8);
  ring({"light", "sc", "heavy"}, 8);
  all.rc11("a heavy fence leads past a light one",
           "x.store(1,rlx); fence(heavy); z.load(rlx) || z.store(1,rlx); fence(light); fence(sc); "
           "y.load(rlx) || y.store(1,rlx); fence(sc); x.load(rlx)",
           "rlx", 7);
  const auto message = [&](const char* writer, const char* reader, std::uint64_t graphs) {
    all.rc11(std::string("message: ") + writer + " and " + reader,
             std::string("x.store(1,rlx); ") + writer + "; y.store(1,rlx) || y.load(rlx); " +
                 reader + "; x.load(rlx)",
             "rlx", graphs);
  };
  message("fence(light)", "fence(light)", 4);
  message("fence(light)", "fence(acq)", 4);
  message("fence(rel)", "fence(light)", 4);
  message("fence(light)", "fence(heavy)", 3);
  message("fence(heavy)", "fence(light)", 3);
  message("fence(rel)", "fence(acq)", 3);
  message("fence(rel)", "z.store(1,rlx); fence(acq)", 3);
}

}  // namespace heddle::litmus
