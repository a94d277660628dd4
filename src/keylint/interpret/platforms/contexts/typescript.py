"""React Native and Expo: headless tasks, background messages, bootstrap; gestures."""

from __future__ import annotations

from keylint.interpret.events import LAUNCH
from keylint.interpret.platforms.contexts import Contexts, Handler

CONTEXTS = Contexts(
    handlers=(
        Handler("background task", "defineTask", ("expo-task-manager",)),
        Handler("background fetch", "configure", ("react-native-background-fetch",)),
        Handler("background fetch", "registerHeadlessTask", ("react-native-background-fetch",)),
        Handler("headless task", "registerHeadlessTask", ("react-native",), provides=True),
        Handler("background message", "setBackgroundMessageHandler"),
        Handler("background notification", "onBackgroundEvent"),
        Handler("background job", "start", ("react-native-background-actions",)),
        Handler("root component", "registerRootComponent", ("expo",), kind=LAUNCH),
        Handler("root component", "registerComponent", ("react-native",), provides=True, kind=LAUNCH),
    ),
    gestures=frozenset(
        [
            "onPress",
            "onLongPress",
            "onPressIn",
            "onPressOut",
            "onClick",
            "onDoubleClick",
            "onSubmit",
            "onSubmitEditing",
            "onChangeText",
            "onValueChange",
            "onRefresh",
            "onSwipe",
        ]
    ),
    stays=frozenset(["useEffect", "useLayoutEffect", "useInsertionEffect", "useMount", "useEffectOnce"]),
    bootstraps=("App", "app/_layout"),
    top_level="the top level of the module",
)
