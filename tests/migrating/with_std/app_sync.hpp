// What the application takes its locks and threads from: the standard library.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

namespace app {

using std::atomic;
using std::lock_guard;
using std::mutex;
using std::shared_lock;
using std::shared_mutex;
using std::thread;
using std::unique_lock;
using condition_variable = std::condition_variable;

}  // namespace app
