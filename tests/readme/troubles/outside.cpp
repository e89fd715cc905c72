// A lock of the controlled platform, and no check around it.
#include <heddle/sync/mutex.hpp>

int main() {
  heddle::mutex lock;
  lock.lock();
}
