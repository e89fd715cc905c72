#include <heddle/sync/guarded.hpp>
#include <heddle/sync/rw_mutex.hpp>

int main() {
  heddle::guarded<int, heddle::rw_mutex> number(1);
  number.with_lock([](int& value) { value = 2; });
  number.with_shared_lock([](const auto& value) { (void)value; });
  number.with_shared_lock([](const auto& value) { value = 2; });  // must not compile
}
