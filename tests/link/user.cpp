#include <heddle/tests/link/account.hpp>

int main() {
  link_test::account account;
  account.deposit(3);
  return account.balance() == 3 ? 0 : 1;
}
