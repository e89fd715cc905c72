#include <heddle/tests/link/account.hpp>

namespace link_test {

void account::deposit(int amount) {
  mutex_.lock();
  balance_ += amount;
  mutex_.unlock();
}

}  // namespace link_test
