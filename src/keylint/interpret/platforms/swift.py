"""Swift: Foundation, Dispatch, Synchronization, the concurrency runtime."""

from __future__ import annotations

from keylint.interpret.platforms import LockMaker, Platform

_LOCK = LockMaker()

PLATFORM = Platform(
    locks={
        "NSLock": _LOCK,
        "NSRecursiveLock": _LOCK,
        "NSCondition": _LOCK,
        "NSConditionLock": _LOCK,
        "NSDistributedLock": LockMaker(by_name=True),
        "OSAllocatedUnfairLock": _LOCK,
        "Mutex": _LOCK,
        "os_unfair_lock": _LOCK,
        "os_unfair_lock_s": _LOCK,
        "os_unfair_lock_t.allocate": _LOCK,
        "UnsafeMutablePointer.allocate": _LOCK,
        "pthread_mutex_t": _LOCK,
        "pthread_rwlock_t": _LOCK,
        "DispatchSemaphore": LockMaker(one="value"),
        "DispatchQueue": LockMaker("queue", concurrent=("attributes", "concurrent")),
        "DispatchQueue.main": LockMaker("queue", main=True),
        "DispatchQueue.global": LockMaker("queue", global_=True),
        "OperationQueue": LockMaker("queue", one="maxConcurrentOperationCount", default_one=False),
        "OperationQueue.main": LockMaker("queue", main=True),
        "RunLoop.main": LockMaker("queue", main=True),
    },
    lock_types=frozenset(
        "NSLock NSRecursiveLock NSLocking NSCondition NSConditionLock OSAllocatedUnfairLock Mutex os_unfair_lock os_unfair_lock_t os_unfair_lock_s pthread_mutex_t "
        "DispatchSemaphore DispatchQueue OperationQueue Lock UnfairLock ReadWriteLock RecursiveLock".split()
    ),
    take=frozenset("lock wait enter writeLock".split()),
    release=frozenset("unlock signal leave".split()),
    run_inside=frozenset(
        "withLock withLockUnchecked withLockIfAvailable sync async asyncAndWait asyncAfter perform performAndWait addOperation addBarrierBlock synchronized locked around "
        "withUnsafeLock write read".split()
    ),
    barrier="barrier",
    take_functions=frozenset("os_unfair_lock_lock objc_sync_enter pthread_mutex_lock pthread_rwlock_wrlock OSSpinLockLock".split()),
    release_functions=frozenset("os_unfair_lock_unlock objc_sync_exit pthread_mutex_unlock pthread_rwlock_unlock OSSpinLockUnlock".split()),
    now=frozenset(
        "withUnsafeMutablePointer withUnsafePointer withUnsafeBytes withUnsafeMutableBytes withUnsafeBufferPointer autoreleasepool withExtendedLifetime "
        "withCheckedContinuation withCheckedThrowingContinuation withUnsafeContinuation withUnsafeThrowingContinuation withTaskGroup withThrowingTaskGroup "
        "withDiscardingTaskGroup withThrowingDiscardingTaskGroup withTaskCancellationHandler MainActor.run measure withAnimation withTransaction Result "
        "withoutActuallyEscaping assumeIsolated MainActor.assumeIsolated".split()
    ),
    each=frozenset("map flatMap compactMap forEach filter reduce first contains allSatisfy sorted sort min max mapValues compactMapValues drop prefix".split()),
    later=frozenset("Task Task.init".split()),
    detached=frozenset("Task.detached addTask addTaskUnlessCancelled Thread.detachNewThread Thread concurrentPerform DispatchQueue.concurrentPerform".split()),
    passes_through=frozenset("String NSString CFString Data NSData Optional AnyObject AnyHashable Substring NSNumber CFDictionary NSDictionary unsafeBitCast unsafeDowncast".split()),
    inert=frozenset("print debugPrint NSLog os_log dump assert precondition assertionFailure CFGetTypeID CFRelease type JSONSerialization.data".split()),
    test_tools=frozenset("XCTAssertEqual XCTAssertNil XCTAssertNotNil XCTAssertTrue XCTAssertFalse XCTAssertNoThrow XCTAssertThrowsError expect".split()),
    main_types=frozenset(
        "UIViewController UITableViewController UICollectionViewController UINavigationController UITabBarController UIView UIControl UIButton UITableViewCell UICollectionViewCell UIApplication "
        "UIApplicationDelegate UISceneDelegate UIWindowSceneDelegate UIResponder NSViewController NSView NSWindowController NSWindow NSApplicationDelegate WKInterfaceController "
        "UIHostingController UIWindow UIAlertController View App Scene".split()
    ),
    test_types=frozenset("XCTestCase QuickSpec AsyncSpec".split()),
    test_attributes=frozenset("Test Suite".split()),
    broad_errors=frozenset("Error NSError any".split()),
    leave=frozenset("fatalError preconditionFailure exit abort".split()),
    record_makers=frozenset("Dictionary NSMutableDictionary NSDictionary CFDictionaryCreateMutable".split()),
    list_makers=frozenset("Array Set NSArray NSMutableArray".split()),
    value_dictionaries=True,
)
