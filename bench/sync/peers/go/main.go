// What Go's mutex and channels do in the rows of bench_sync.
//
//	peer ROW INSIDE OUTSIDE
//
// prints the value of the row, the slowest goroutine's share and the longest wait in us, the last
// two 0 where nobody looked, or nothing but "busy".  INSIDE and OUTSIDE are rounds of work.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// Where the results of work go, so that it is not left out.
var sinks [4][8]uint64

func work(rounds int, sink *uint64) {
	x := *sink
	for i := 0; i < rounds; i++ {
		x = x*6364136223846793005 + 1442695040888963407
	}
	*sink = x
}

func processors() []int {
	var set [16]uint64
	syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, unsafe.Sizeof(set),
		uintptr(unsafe.Pointer(&set)))
	var all []int
	for i := 0; i < len(set)*64; i++ {
		if set[i/64]>>(i%64)&1 != 0 {
			all = append(all, i)
		}
	}
	return all
}

// bind keeps the goroutine on a thread of its own, and that on one processor.
func bind(processor int) {
	runtime.LockOSThread()
	var set [16]uint64
	set[processor/64] |= 1 << (processor % 64)
	syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(set),
		uintptr(unsafe.Pointer(&set)))
}

func preemptions() int64 {
	const thread = 1
	var usage syscall.Rusage
	syscall.Getrusage(thread, &usage)
	return usage.Nivcsw
}

type padded struct {
	sync.Mutex
	_ [56]byte
}

// alone is the least time of lock and unlock, of several batches.
func alone() {
	var lock padded
	least := time.Hour
	const calls = 10000
	for batch := 0; batch < 40; batch++ {
		begin := time.Now()
		for i := 0; i < calls; i++ {
			lock.Lock()
			lock.Unlock()
		}
		if took := time.Since(begin); took < least {
			least = took
		}
	}
	fmt.Println(float64(least.Nanoseconds())/calls, 0, 0)
}

// until has each of the goroutines lock and work until the time is over, and returns their steps
// and longest waits; bound, each on a processor of its own.
func until(goroutines int, length time.Duration, bound, waits bool, inside, outside int) (
	steps []float64, longest time.Duration, clean bool) {
	var lock padded
	var over, missing int32
	missing = int32(goroutines)
	steps = make([]float64, goroutines)
	waited := make([]time.Duration, goroutines)
	hindered := make([]bool, goroutines)
	where := processors()
	var all sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			if bound {
				bind(where[i%len(where)])
			}
			before := preemptions()
			atomic.AddInt32(&missing, -1)
			for atomic.LoadInt32(&missing) != 0 {
				if !bound {
					runtime.Gosched()
				}
			}
			end := time.Now().Add(length)
			n := 0
			for ; atomic.LoadInt32(&over) == 0; n++ {
				if waits {
					begin := time.Now()
					lock.Lock()
					if took := time.Since(begin); took > waited[i] {
						waited[i] = took
					}
				} else {
					lock.Lock()
				}
				work(inside, &sinks[i][0])
				lock.Unlock()
				work(outside, &sinks[i][0])
				if i == 0 && n%16 == 0 && !time.Now().Before(end) {
					atomic.StoreInt32(&over, 1)
				}
			}
			steps[i] = float64(n)
			hindered[i] = preemptions() != before
		}(i)
	}
	all.Wait()
	clean = true
	for i := range steps {
		clean = clean && !hindered[i]
		if waited[i] > longest {
			longest = waited[i]
		}
	}
	return
}

func median(of []float64) float64 {
	sort.Float64s(of)
	return of[len(of)/2]
}

func per(steps []float64, us float64) (rate, share float64) {
	least, sum := steps[0], 0.0
	for _, each := range steps {
		sum += each
		if each < least {
			least = each
		}
	}
	return sum / us, least * float64(len(steps)) / sum
}

// windows is the contest of two in windows in which neither was preempted.
func windows(inside, outside int) {
	var rates, shares []float64
	for begin := time.Now(); len(rates) < 40 && time.Since(begin) < 400*time.Millisecond; {
		steps, _, clean := until(2, 300*time.Microsecond, true, false, inside, outside)
		if !clean {
			continue
		}
		rate, share := per(steps, 300)
		rates, shares = append(rates, rate), append(shares, share)
	}
	if len(rates) < 7 {
		fmt.Println("busy")
		return
	}
	fmt.Println(median(rates), median(shares), 0)
}

func crowded(inside int) {
	steps, longest, _ := until(4, 60*time.Millisecond, false, true, inside, 0)
	rate, share := per(steps, 60000)
	fmt.Println(rate, share, float64(longest.Nanoseconds())/1000)
}

func pingPong() {
	const trips = 2000
	runtime.GOMAXPROCS(1)
	there, back := make(chan int), make(chan int)
	go func() {
		for trip := range there {
			back <- trip
		}
	}()
	times := make([]float64, 0, trips)
	for trip := 0; trip < trips; trip++ {
		begin := time.Now()
		there <- trip
		<-back
		times = append(times, float64(time.Since(begin).Nanoseconds())/1000)
	}
	fmt.Println(median(times), 0, 0)
}

// passOn is the time in which `pairs` goroutines send and as many receive 4000 elements.
func passOn(pairs int, bound bool) float64 {
	const elements = 4000
	queue := make(chan uint64, 64)
	where := processors()
	missing := int32(2 * pairs)
	begins, ends := make([]time.Time, 2*pairs), make([]time.Time, 2*pairs)
	var all sync.WaitGroup
	for i := 0; i < 2*pairs; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			if bound {
				bind(where[i%len(where)])
			}
			atomic.AddInt32(&missing, -1)
			for atomic.LoadInt32(&missing) != 0 {
				runtime.Gosched()
			}
			begins[i] = time.Now()
			for n := 0; n < elements/pairs; n++ {
				if i%2 == 0 {
					queue <- uint64(n)
				} else {
					sinks[i][0] += <-queue
				}
			}
			ends[i] = time.Now()
		}(i)
	}
	all.Wait()
	first, last := begins[0], ends[0]
	for i := range begins {
		if begins[i].Before(first) {
			first = begins[i]
		}
		if ends[i].After(last) {
			last = ends[i]
		}
	}
	return elements * 1000 / float64(last.Sub(first).Nanoseconds())
}

// passedOn is the upper quartile of many goes.
func passedOn(pairs int, bound bool) {
	rates := make([]float64, 60)
	for i := range rates {
		rates[i] = passOn(pairs, bound)
	}
	sort.Float64s(rates)
	fmt.Println(rates[len(rates)*3/4], 0, 0)
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: peer ROW INSIDE OUTSIDE")
		os.Exit(2)
	}
	inside, _ := strconv.Atoi(os.Args[2])
	outside, _ := strconv.Atoi(os.Args[3])
	switch os.Args[1] {
	case "mutex":
		alone()
	case "windows":
		windows(inside, outside)
	case "crowded":
		crowded(inside)
	case "ping-pong":
		pingPong()
	case "spsc":
		passedOn(1, false)
	case "spsc-threads":
		passedOn(1, true)
	case "mpmc":
		passedOn(2, false)
	default:
		os.Exit(2)
	}
}
