"""Apple's platforms: background tasks, pushes, extensions, launch; gestures and life cycle; Dispatch and task groups."""

from __future__ import annotations

from keylint.interpret.events import FOREGROUND, LAUNCH
from keylint.interpret.platforms.contexts import Contexts, Entry, Handler

_TUNNELS = (
    "NEPacketTunnelProvider",
    "NEAppProxyProvider",
    "NETransparentProxyProvider",
    "NEFilterDataProvider",
    "NEFilterPacketProvider",
    "NEFilterControlProvider",
    "NEDNSProxyProvider",
    "NEAppPushProvider",
)
_INTENTS = (
    "AppIntent",
    "LiveActivityIntent",
    "WidgetConfigurationIntent",
    "AudioPlaybackIntent",
    "AudioRecordingIntent",
    "SetValueIntent",
    "SetFocusFilterIntent",
)
_TIMELINES = ("TimelineProvider", "IntentTimelineProvider", "AppIntentTimelineProvider")
_CONTROLLERS = ("UIViewController", "UITableViewController", "UICollectionViewController", "UIHostingController")

CONTEXTS = Contexts(
    entries=(
        Entry("background fetch", "application", (None, "performFetchWithCompletionHandler")),
        Entry("silent push", "application", (None, "didReceiveRemoteNotification", "fetchCompletionHandler")),
        Entry("silent push", "application", (None, "didReceiveRemoteNotification"), asynchronous=True),
        Entry("background URL session", "application", (None, "handleEventsForBackgroundURLSession")),
        Entry("background URL session", "urlSessionDidFinishEvents", ("forBackgroundURLSession",)),
        Entry("VoIP push", "pushRegistry", (None, "didReceiveIncomingPushWith")),
        Entry("notification service extension", "didReceive", (None, "withContentHandler"), ("UNNotificationServiceExtension",)),
        Entry("notification content extension", "didReceive", (None,), ("UNNotificationContentExtension",)),
        *(Entry(f"network extension ({name})", inherits=(name,)) for name in _TUNNELS),
        Entry("widget timeline", "getTimeline", inherits=_TIMELINES),
        Entry("widget timeline", "getSnapshot", inherits=_TIMELINES),
        Entry("widget timeline", "timeline", inherits=_TIMELINES),
        Entry("widget timeline", "snapshot", inherits=_TIMELINES),
        Entry(
            "App Intent",
            "perform",
            (),
            _INTENTS,
            unless=("openAppWhenRun", "authenticationPolicy", "supportedModes"),
        ),
        Entry("SiriKit intent", "handle", ("intent",), needs=("Intents",)),
        Entry("region monitoring", "locationManager", (None, "didEnterRegion")),
        Entry("region monitoring", "locationManager", (None, "didExitRegion")),
        Entry("visit monitoring", "locationManager", (None, "didVisit")),
        Entry(
            "background location",
            "locationManager",
            (None, "didUpdateLocations"),
            needs=("allowsBackgroundLocationUpdates", "startMonitoringSignificantLocationChanges", "CLBackgroundActivitySession"),
        ),
        Entry("Bluetooth restoration", "centralManager", (None, "willRestoreState")),
        Entry("Bluetooth restoration", "peripheralManager", (None, "willRestoreState")),
        Entry("watch background task", "handle", (None,), ("WKExtensionDelegate", "WKApplicationDelegate")),
        Entry("launch", "application", (None, "didFinishLaunchingWithOptions"), kind=LAUNCH),
        Entry("launch", "application", (None, "willFinishLaunchingWithOptions"), kind=LAUNCH),
        Entry("launch", "init", (), ("App",), kind=LAUNCH),
        Entry("user action", attribute="IBAction", kind=FOREGROUND),
        Entry("view appears", "viewDidAppear", (None,), _CONTROLLERS, kind=FOREGROUND),
        Entry("view appears", "viewWillAppear", (None,), _CONTROLLERS, kind=FOREGROUND),
        Entry("return key", "textFieldShouldReturn", (None,), kind=FOREGROUND),
        Entry("selected row", "tableView", (None, "didSelectRowAt"), kind=FOREGROUND),
        Entry("selected cell", "collectionView", (None, "didSelectItemAt"), kind=FOREGROUND),
        Entry("return to the foreground", "applicationDidBecomeActive", (None,), kind=FOREGROUND),
        Entry("return to the foreground", "applicationWillEnterForeground", (None,), kind=FOREGROUND),
        Entry("return to the foreground", "sceneDidBecomeActive", (None,), kind=FOREGROUND),
        Entry("return to the foreground", "sceneWillEnterForeground", (None,), kind=FOREGROUND),
    ),
    handlers=(
        Handler("background task", "register", label="forTaskWithIdentifier"),
        Handler("background task", "backgroundTask"),
        Handler("button", "Button", arguments=("action", ""), kind=FOREGROUND),
        Handler("menu action", "UIAction", kind=FOREGROUND),
        Handler("alert action", "UIAlertAction", kind=FOREGROUND),
        Handler("bar button", "UIBarButtonItem", kind=FOREGROUND),
        Handler("tap", "onTapGesture", kind=FOREGROUND),
        Handler("long press", "onLongPressGesture", kind=FOREGROUND),
        Handler("pull to refresh", "refreshable", kind=FOREGROUND),
        Handler("submit", "onSubmit", kind=FOREGROUND),
        Handler("delete gesture", "onDelete", kind=FOREGROUND),
    ),
    guards=frozenset(["isProtectedDataAvailable", "protectedDataAvailable"]),
    together=frozenset(["concurrentPerform", "DispatchQueue.concurrentPerform"]),
    waits=frozenset(["wait", "waitUntilAllOperationsAreFinished", "waitUntilFinished", "waitForAll"]),
    parallel=frozenset(
        [b"addTask", b"addTaskUnlessCancelled", b"detached", b"concurrentPerform", b"async", b"detachNewThread", b"Thread", b"addOperation"]
    ),
)
