// The native test of settings.hpp: compiled over either app_sync.hpp.
#include <heddle/tests/migrating/settings.hpp>

int main() {
  settings ours;
  int seen = 0;
  app::thread reader([&] { seen = ours.wait_and_get(); });
  ours.publish(7);
  reader.join();
  return seen == 7 && ours.version() == 1 ? 0 : 1;
}
