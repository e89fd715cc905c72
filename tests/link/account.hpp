// A user's class with a mutex in it: the same text means another layout on each platform.
#pragma once

#include <heddle/sync/mutex.hpp>

namespace link_test {

class account {
 public:
  void deposit(int amount);
  int balance() { return balance_; }

 private:
  heddle::mutex mutex_{"account"};
  int balance_ = 0;
};

}  // namespace link_test
