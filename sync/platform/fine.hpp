// The fine platform: the surface of platform/native.hpp, with every atomic access a step of the
// scheduler.  The functions of `control` are declared here and defined in scheduler/, as Go's sync
// declares what its runtime defines.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <heddle/sync/immovable.hpp>
#include <heddle/sync/location.hpp>
#include <heddle/sync/object_kind.hpp>
#include <heddle/sync/platform/transition.hpp>
#include <heddle/sync/time.hpp>
#include <heddle/sync/wait_result.hpp>

namespace heddle {

namespace control {

/// What a controlled object keeps in itself: where the current execution keeps the rest.
struct object_ref : immovable {
  constexpr object_ref(object_kind what, const char* label, std::uint64_t initial_value = 0,
                       const char* race_complaint = nullptr) noexcept;
  ~object_ref();

  mutable std::uint64_t execution = 0;  ///< in which `slot` is valid; 0: none yet
  mutable std::uint32_t slot = 0;
  object_kind kind;
  const char* name;       ///< the user's, or null
  std::uint64_t initial;  ///< the value that every execution starts from
  const char* complaint;  ///< of a probe: the misuse that a race on it means, or null
};

void construct(object_ref& object) noexcept;
void destroy(object_ref& object) noexcept;

enum class rmw_kind : std::uint8_t { exchange, add, sub, bit_and, bit_or, bit_xor };

/// `width` is in bytes; values are zero-extended.
std::uint64_t load(const object_ref&, std::memory_order, location);
void store(object_ref&, std::uint64_t value, std::memory_order, location);
std::uint64_t rmw(object_ref&, rmw_kind, std::uint64_t operand, unsigned width, std::memory_order,
                  location);
struct cas_orders {
  std::memory_order success, failure;
  bool weak;
};
bool compare_exchange(object_ref&, std::uint64_t& expected, std::uint64_t desired, cas_orders,
                      location);
void fence(std::memory_order, location);
void light_fence(location);
void heavy_fence(location);

void plain_read(const object_ref&, location);
void plain_write(const object_ref&, location);
/// What brings a variable of static storage back to what it was.
struct keeper {
  void* (*save)(const void* target);
  void (*discard)(void* target);  ///< destroys what the execution has made of it
  void (*restore)(void* saved, void* target);
};
/// Has `restore` called at the end of the execution if `target` is static storage and this is its
/// first access; before it, if the end is a normal one, `discard`.  `save` makes the copy, outside
/// the heap of the execution.
void preserve(const object_ref&, void* target, const keeper& how);

/// One frame of the stack of calls that the current thread is in.
struct call_frame {
  const object_ref* object;
  const char* name;
  location caller;
  call_frame* outer;
  std::uint32_t slot = 0;  ///< of `object`, which may be destroyed within the call
};
void enter(call_frame&) noexcept;
void leave(call_frame&) noexcept;
void note_own(const object_ref&, ownership, location) noexcept;
void note_release(const object_ref&, ownership) noexcept;

struct futex_key {
  std::uint32_t slot;
};
futex_key key_of(const object_ref&);
wait_result futex_wait(object_ref&, std::uint32_t expected, time_point deadline, location);
void futex_wake(futex_key, std::uint32_t count, location);

/// An operation of a machine of models/specs, on the state of the object that it is applied to.
struct machine_call {
  transition apply;
  std::uint64_t a = 0, b = 0;   ///< arguments of `apply`
  const char* name = "";        ///< what reports call it: "lock"
  std::uint8_t slots = 1;       ///< how many clocks the object has
  bool may_block = false;       ///< `apply` may answer that it blocks
  time_point deadline = never;  ///< then an operation that is blocked may end, by option 1
};
struct machine_answer {
  std::uint64_t result;  ///< what the machine says
  unsigned option;       ///< which of its outcomes it was; 1 of a blocked operation: its deadline
};
/// Performs the operation as one step, once the state of the object lets it.
///
/// Misuse: what the machine calls so.
/// Order:  by the object's clocks that the machine acquires and releases, and by nothing else.
machine_answer apply(object_ref&, const machine_call&, location);
/// Which thread this is, the same in every interleaving.
std::uint64_t thread_path() noexcept;

std::uint32_t spawn(void (*run)(void*), void* state, location);
/// Whether there is an execution.
bool running() noexcept;
unsigned live_threads(location);
void join(std::uint32_t thread, location);
void detach(std::uint32_t thread, location);
void yield(location);
void spin_hint(location);
std::uintptr_t thread_id() noexcept;
/// The value of `slot` for the current thread, made at its first use and destroyed when the thread
/// ends.
void* thread_local_value(const object_ref& slot, void* (*make)(const void* initial),
                         void (*destroy)(void*), const void* initial);

time_point now();
bool expired(time_point deadline, location);
void sleep_until(time_point deadline, location);
std::uint32_t random(std::uint32_t bound, location);
unsigned cpus() noexcept;
std::size_t bucket(const object_ref&) noexcept;
[[noreturn]] void misuse(const char* what, location caller);

constexpr object_ref::object_ref(object_kind what, const char* label, std::uint64_t initial_value,
                                 const char* race_complaint) noexcept
    : kind(what), name(label), initial(initial_value), complaint(race_complaint) {
  if (!std::is_constant_evaluated()) construct(*this);
}

inline object_ref::~object_ref() { destroy(*this); }

}  // namespace control

/// One atomic variable; its value lives in the execution.
template <class T>
class fine_cell {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);

 public:
  constexpr explicit fine_cell(T value, const char* name = nullptr) noexcept
      : ref_(object_kind::atomic, name, encode(value)) {}

  T load(std::memory_order order, location caller) const {
    return decode(control::load(ref_, order, caller));
  }
  void store(T value, std::memory_order order, location caller) {
    control::store(ref_, encode(value), order, caller);
  }
  T exchange(T value, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::exchange, encode(value), order, caller);
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, location caller) {
    return cas(expected, desired, {success, failure, false}, caller);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, location caller) {
    return cas(expected, desired, {success, failure, true}, caller);
  }
  template <class D>
  T fetch_add(D delta, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::add, scaled(delta), order, caller);
  }
  template <class D>
  T fetch_sub(D delta, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::sub, scaled(delta), order, caller);
  }
  T fetch_and(T bits, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::bit_and, encode(bits), order, caller);
  }
  T fetch_or(T bits, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::bit_or, encode(bits), order, caller);
  }
  T fetch_xor(T bits, std::memory_order order, location caller) {
    return rmw(control::rmw_kind::bit_xor, encode(bits), order, caller);
  }

  [[nodiscard]] control::object_ref& ref() noexcept { return ref_; }

 private:
  // Pointers cannot be turned into integers in a constant expression; the only constant pointer
  // that an atomic starts from is null.
  static constexpr std::uint64_t encode(T value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return static_cast<std::uint64_t>(value) & mask();
    } else {
      if (std::is_constant_evaluated()) {
        if constexpr (std::is_pointer_v<T>) {
          return value == nullptr ? 0 : throw "a static atomic pointer must start as null";
        } else if constexpr (sizeof(T) == 8) {
          return std::bit_cast<std::uint64_t>(value);
        } else if constexpr (sizeof(T) == 4) {
          return std::bit_cast<std::uint32_t>(value);
        }
      }
      std::uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof value);
      return bits;
    }
  }
  static T decode(std::uint64_t bits) noexcept {
    T value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  static constexpr std::uint64_t mask() noexcept {
    return sizeof(T) == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * sizeof(T) % 64)) - 1;
  }
  template <class D>
  static std::uint64_t scaled(D delta) noexcept {
    if constexpr (std::is_pointer_v<T>) {
      return static_cast<std::uint64_t>(delta) * sizeof(std::remove_pointer_t<T>);
    } else {
      return static_cast<std::uint64_t>(delta);
    }
  }
  T rmw(control::rmw_kind kind, std::uint64_t operand, std::memory_order order, location caller) {
    return decode(control::rmw(ref_, kind, operand, sizeof(T), order, caller));
  }
  bool cas(T& expected, T desired, control::cas_orders orders, location caller) {
    std::uint64_t bits = encode(expected);
    const bool done = control::compare_exchange(ref_, bits, encode(desired), orders, caller);
    if (!done) expected = decode(bits);
    return done;
  }

  control::object_ref ref_;
};

/// A value for each thread; a copy of `initial` at the thread's first use.
template <class T>
class fine_local {
 public:
  constexpr explicit fine_local(T initial = T{}) noexcept
      : ref_(object_kind::thread_slot, nullptr), initial_(initial) {}

  T& get() {
    return *static_cast<T*>(control::thread_local_value(
        ref_, [](const void* initial) -> void* { return new T(*static_cast<const T*>(initial)); },
        [](void* value) { delete static_cast<T*>(value); }, &initial_));
  }

 private:
  control::object_ref ref_;
  T initial_;
};

struct fine_platform {
  static constexpr bool controlled = true;

  template <class T>
  using cell = fine_cell<T>;
  template <class T>
  using local = fine_local<T>;

  struct object {
    constexpr explicit object(object_kind kind, const char* name = nullptr,
                              std::uint64_t initial = 0) noexcept
        : ref(kind, name, initial) {}
    control::object_ref ref;
  };

  template <class T>
  static T*& quick_local() {
    return quick_slot<T>::value.get();
  }
  template <class T>
  struct quick_slot {
    static inline constinit local<T*> value{nullptr};
  };

  struct call : immovable {
    call(const object& subject, const char* name, location caller) noexcept
        : frame{&subject.ref, name, caller, nullptr, 0} {
      control::enter(frame);
    }
    ~call() { control::leave(frame); }
    control::call_frame frame;
  };

  struct probe {
    constexpr explicit probe(object_kind kind = object_kind::probe, const char* name = nullptr,
                             const char* complaint = nullptr) noexcept
        : ref(kind, name, 0, complaint) {}
    void read(location caller) const { control::plain_read(ref, caller); }
    void write(location caller) const { control::plain_write(ref, caller); }
    template <class T>
    void preserve(T& value) const {
      if constexpr (std::is_copy_constructible_v<T>) {
        static constexpr control::keeper how{
            [](const void* from) -> void* { return new T(*static_cast<const T*>(from)); },
            [](void* target) { static_cast<T*>(target)->~T(); },
            [](void* saved, void* target) {
              auto* copy = static_cast<T*>(saved);
              ::new (target) T(std::move(*copy));
              delete copy;
            }};
        control::preserve(ref, &value, how);
      }
    }
    control::object_ref ref;
  };

  static void note_own(const object& subject, ownership mode, location caller) noexcept {
    control::note_own(subject.ref, mode, caller);
  }
  static void note_release(const object& subject, ownership mode) noexcept {
    control::note_release(subject.ref, mode);
  }

  using futex_key = control::futex_key;
  static futex_key key_of(cell<std::uint32_t>& word) { return control::key_of(word.ref()); }
  static wait_result futex_wait(cell<std::uint32_t>& word, std::uint32_t expected,
                                time_point deadline, location caller) {
    return control::futex_wait(word.ref(), expected, deadline, caller);
  }
  static void futex_wake(futex_key key, std::uint32_t count, location caller) {
    control::futex_wake(key, count, caller);
  }

  static void fence(std::memory_order order, location caller) { control::fence(order, caller); }
  static void light_fence(location caller) { control::light_fence(caller); }
  static void heavy_fence(location caller) { control::heavy_fence(caller); }

  class thread_handle {
   public:
    thread_handle() noexcept = default;
    explicit thread_handle(std::uint32_t thread) noexcept : thread_(thread), valid_(true) {}
    thread_handle(thread_handle&& other) noexcept
        : thread_(other.thread_), valid_(std::exchange(other.valid_, false)) {}
    thread_handle& operator=(thread_handle&& other) noexcept {
      thread_ = other.thread_;
      valid_ = std::exchange(other.valid_, false);
      return *this;
    }
    [[nodiscard]] bool joinable() const noexcept { return valid_; }
    void join(location caller) {
      valid_ = false;
      control::join(thread_, caller);
    }
    void detach(location caller) {
      valid_ = false;
      control::detach(thread_, caller);
    }

   private:
    std::uint32_t thread_ = 0;
    bool valid_ = false;
  };
  template <class F>
  static thread_handle spawn(F&& start, location caller) {
    using function = std::decay_t<F>;
    return thread_handle(control::spawn(
        [](void* state) {
          const std::unique_ptr<function> body(static_cast<function*>(state));
          (*body)();
        },
        new function(std::forward<F>(start)), caller));
  }
  static bool running() noexcept { return control::running(); }
  static unsigned live_threads(location caller) { return control::live_threads(caller); }
  static void yield(location caller) { control::yield(caller); }
  static void spin_hint(location caller) { control::spin_hint(caller); }
  static std::uintptr_t thread_id() noexcept { return control::thread_id(); }

  static time_point now() { return control::now(); }
  [[nodiscard]] static bool expired(time_point deadline, location caller) {
    return control::expired(deadline, caller);
  }
  static void sleep_until(time_point deadline, location caller) {
    control::sleep_until(deadline, caller);
  }

  static std::uint32_t random(std::uint32_t bound, location caller) {
    return control::random(bound, caller);
  }
  static unsigned cpus() noexcept { return control::cpus(); }
  static std::size_t bucket(const object& subject) noexcept { return control::bucket(subject.ref); }

  [[noreturn]] static void misuse(const char* what, location caller) {
    control::misuse(what, caller);
  }
};

}  // namespace heddle
