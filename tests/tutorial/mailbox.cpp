// The tutorial's program in its states.
#include <deque>

#include <heddle/checker/model.hpp>
#include <heddle/sync/cond.hpp>
#include <heddle/sync/guards.hpp>
#include <heddle/sync/mutex.hpp>
#include <heddle/sync/shared.hpp>
#include <heddle/sync/thread.hpp>

class mailbox {
 public:
  void put(int letter) {
    letters_.write().push_back(letter);
    const heddle::lock_guard held(lock_);
    arrived_.signal();
  }

  int take() {
    const heddle::lock_guard held(lock_);
    if (letters_.get().empty()) arrived_.wait(lock_);
    heddle::expect(!letters_.get().empty(), "there is a letter");
    const int letter = letters_.get().front();
    letters_.write().pop_front();
    return letter;
  }

  void put_locked(int letter) {
    const heddle::lock_guard held(lock_);
    letters_.write().push_back(letter);
    arrived_.signal();
  }

  int take_looking_again() {
    const heddle::lock_guard held(lock_);
    while (letters_.get().empty()) arrived_.wait(lock_);
    const int letter = letters_.get().front();
    letters_.write().pop_front();
    return letter;
  }

 private:
  heddle::mutex lock_{"lock"};
  heddle::cond arrived_{"arrived"};
  heddle::shared<std::deque<int>> letters_{{}, "letters"};
};

const heddle::model_registration one_letter{{
    .name = "mailbox/one_letter",
    .body =
        [] {
          mailbox box;
          heddle::thread reader([&] { (void)box.take(); });
          box.put(7);
          reader.join();
        },
    .summary = "one puts, one takes",
}};

const heddle::model_registration one_letter_locked{{
    .name = "mailbox/one_letter_locked",
    .body =
        [] {
          mailbox box;
          heddle::thread reader([&] { (void)box.take(); });
          box.put_locked(7);
          reader.join();
        },
    .summary = "one puts under the lock, one takes",
}};

const heddle::model_registration two_readers{{
    .name = "mailbox/two_readers",
    .body =
        [] {
          mailbox box;
          heddle::thread reader([&] { (void)box.take(); });
          heddle::thread other([&] { (void)box.take(); });
          box.put_locked(7);
          box.put_locked(8);
          reader.join();
          other.join();
        },
    .summary = "two take",
}};

const heddle::model_registration right{{
    .name = "mailbox/right",
    .body =
        [] {
          mailbox box;
          int letters[2] = {};
          heddle::thread reader([&] { letters[0] = box.take_looking_again(); });
          heddle::thread other([&] { letters[1] = box.take_looking_again(); });
          box.put_locked(7);
          box.put_locked(8);
          reader.join();
          other.join();
          heddle::expect(letters[0] + letters[1] == 15, "each letter is read once");
        },
    .summary = "two take, and look again",
}};
