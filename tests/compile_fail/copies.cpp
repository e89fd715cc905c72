#include <utility>

#include <heddle/sync/atomic.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/once.hpp>
#include <heddle/sync/rw_mutex.hpp>
#include <heddle/sync/semaphore.hpp>
#include <heddle/sync/shared.hpp>

// No primitive is copied or moved.
void copy(heddle::rw_mutex& rw, heddle::cond& cond, heddle::once& once, heddle::retry_once& retry,
          heddle::semaphore& semaphore, heddle::atomic<int>& atomic, heddle::shared<int>& shared) {
  heddle::rw_mutex a{rw};             // must not compile
  heddle::cond b{cond};               // must not compile
  heddle::once c{once};               // must not compile
  heddle::retry_once d{retry};        // must not compile
  heddle::semaphore e{semaphore};     // must not compile
  heddle::rw_mutex f{std::move(rw)};  // must not compile
  semaphore = e;                      // must not compile
  cond = b;                           // must not compile
  heddle::atomic<int> g(atomic);      // must not compile
  heddle::shared<int> h(shared);      // must not compile
  heddle::atomic<int> i(atomic.load());
  heddle::shared<int> j(shared.get());
  i = 1;
  j = 1;
}
