#include <exception>
#include <iostream>

#include <heddle/checker/check.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

int main() {
  try {
    heddle::check("two_deposits", [] {
      heddle::mutex mutex;
      heddle::shared<int> balance{0};
      heddle::thread other([&] {
        mutex.lock();
        balance = balance + 1;
        mutex.unlock();
      });
      mutex.lock();
      balance = balance + 1;
      mutex.unlock();
      other.join();
    });
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
  return 0;
}
