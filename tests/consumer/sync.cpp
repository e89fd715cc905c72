#include <mutex>

#include <heddle/sync/mutex.hpp>

int main() {
  heddle::mutex mutex;
  const std::lock_guard lock(mutex);
  return mutex.try_lock() ? 1 : 0;
}
