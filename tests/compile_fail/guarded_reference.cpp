#include <heddle/sync/guarded.hpp>

int main() {
  heddle::guarded<int> number(1);
  (void)number.with_lock([](int& value) { return value; });
  (void)number.with_lock([](int& value) -> int& { return value; });  // must not compile
}
