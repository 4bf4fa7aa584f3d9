#if Viewer
    import CSDL2
    import RLCore

    /// Opens a window whose inside has room for `width` by `height` points; the screen may allow it less.
    public func openWindow(title: String, width: Int, height: Int) throws(ViewerError) -> any Screen {
        try Window(title: title, width: width, height: height)
    }

    /// A window of SDL, which is started with the first window and stopped with the last one.
    ///
    /// SDL presents pixels and reads keys, and does nothing else here. Make and use a window on the main thread.
    public final class Window: Screen {
        private let window: OpaquePointer
        package let renderer: OpaquePointer
        private var texture: OpaquePointer?
        private var textureSize = (width: 0, height: 0)
        private var isRepeated = false

        /// Opens a window whose inside has room for `width` by `height` points.
        public init(title: String, width: Int, height: Int) throws(ViewerError) {
            // Ctrl-C ends the program as it does everywhere else; and watching keeps no screen awake.
            SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1")
            SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1")
            #if os(Linux)
                // Finished pixels need no graphics driver, and one that draws in software costs twice as much.
                SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0")
                // Without this folder Wayland cannot be there, and asking for it prints a line of its own.
                if SDL_getenv("XDG_RUNTIME_DIR") == nil { SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,KMSDRM") }
            #endif
            guard SDL_InitSubSystem(SDL_INIT_VIDEO) == 0 else { throw Window.noDisplay(sdlError) }
            guard Window.isVisible else {
                SDL_QuitSubSystem(SDL_INIT_VIDEO)
                throw Window.noDisplay("SDL finds none")
            }
            let flags = SDL_WINDOW_RESIZABLE.rawValue | SDL_WINDOW_ALLOW_HIGHDPI.rawValue
            let center = Int32(bitPattern: SDL_WINDOWPOS_CENTERED_MASK)
            let inside = Window.fitting(width: width, height: height)
            guard let window = SDL_CreateWindow(title, center, center, inside.width, inside.height, flags)
            else {
                let error = ViewerError("cannot open a window: \(sdlError)")
                SDL_QuitSubSystem(SDL_INIT_VIDEO)
                throw error
            }
            #if os(Linux)
                let (first, second) = (SDL_RENDERER_SOFTWARE.rawValue, UInt32(0))
            #else
                let (first, second) = (UInt32(0), SDL_RENDERER_SOFTWARE.rawValue)
            #endif
            // Where one fails, the other may do.
            guard
                let renderer = SDL_CreateRenderer(window, -1, first)
                    ?? SDL_CreateRenderer(window, -1, second)
            else {
                let error = ViewerError("cannot draw in a window: \(sdlError)")
                SDL_DestroyWindow(window)
                SDL_QuitSubSystem(SDL_INIT_VIDEO)
                throw error
            }
            self.window = window
            self.renderer = renderer
            SDL_SetWindowMinimumSize(window, 64, 64)
            SDL_StartTextInput()
        }

        deinit {
            SDL_DestroyTexture(texture)
            SDL_DestroyRenderer(renderer)
            SDL_DestroyWindow(window)
            SDL_QuitSubSystem(SDL_INIT_VIDEO)
        }

        /// What stands above the picture.
        public var title: String {
            get { String(cString: SDL_GetWindowTitle(window)) }
            set { SDL_SetWindowTitle(window, newValue) }
        }

        /// The inside in pixels, which may be finer than points.
        public var size: (width: Int, height: Int) {
            var (width, height): (Int32, Int32) = (0, 0)
            SDL_GetRendererOutputSize(renderer, &width, &height)
            return (Int(width), Int(height))
        }

        /// Shows `picture` in the middle, black around it; dots stay dots where it is smaller than the window.
        public func present(_ picture: Picture) throws(ViewerError) {
            try draw(picture)
            SDL_RenderPresent(renderer)
        }

        /// Draws what `present` shows.
        package func draw(_ picture: Picture) throws(ViewerError) {
            guard picture.width > 0, picture.height > 0 else { return }
            let texture = try texture(width: picture.width, height: picture.height)
            SDL_UpdateTexture(texture, nil, picture.bytes, Int32(3 * picture.width))
            SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255)
            SDL_RenderClear(renderer)
            var target = Window.placement(of: (picture.width, picture.height), in: size)
            SDL_RenderCopy(renderer, texture, nil, &target)
        }

        /// What happened next.
        public func nextEvent(within time: Duration?) -> ScreenEvent? {
            let deadline = time.map { ContinuousClock.now + $0 }
            while true {
                var event = SDL_Event()
                let isThere: Int32
                if let deadline {
                    let rest = max(.zero, deadline - ContinuousClock.now) / Duration.milliseconds(1)
                    isThere = SDL_WaitEventTimeout(&event, Int32(min(rest.rounded(.up), 1e6)))
                } else {
                    isThere = SDL_WaitEvent(&event)
                }
                if isThere == 0 { return nil }
                // What is typed follows the key that types it.
                if event.type == SDL_KEYDOWN.rawValue { isRepeated = event.key.repeat != 0 }
                if let event = ScreenEvent(event, isRepeated: isRepeated) { return event }
            }
        }

        private func texture(width: Int, height: Int) throws(ViewerError) -> OpaquePointer {
            if let texture, textureSize == (width, height) { return texture }
            SDL_DestroyTexture(texture)
            texture = nil
            let access = Int32(bitPattern: SDL_TEXTUREACCESS_STREAMING.rawValue)
            let format = SDL_PIXELFORMAT_RGB24.rawValue
            guard
                let made = SDL_CreateTexture(
                    renderer, format, access, Int32(clamping: width), Int32(clamping: height))
            else { throw ViewerError("cannot show a picture of \(width)×\(height) pixels: \(sdlError)") }
            SDL_SetTextureScaleMode(made, SDL_ScaleModeNearest)
            texture = made
            textureSize = (width, height)
            return made
        }

        private static func placement(
            of picture: (width: Int, height: Int), in size: (width: Int, height: Int)
        ) -> SDL_Rect {
            let scale = min(
                Double(size.width) / Double(picture.width), Double(size.height) / Double(picture.height))
            let (width, height) = (Int(Double(picture.width) * scale), Int(Double(picture.height) * scale))
            return SDL_Rect(
                x: Int32((size.width - width) / 2), y: Int32((size.height - height) / 2), w: Int32(width),
                h: Int32(height))
        }

        /// Whether somebody can see a window: without a display SDL may take a driver that draws into the void, which
        /// is right only where it was asked for.
        private static var isVisible: Bool {
            guard SDL_getenv("SDL_VIDEODRIVER") == nil, let driver = SDL_GetCurrentVideoDriver() else {
                return true
            }
            return !["offscreen", "dummy", "evdev"].contains(String(cString: driver))
        }

        private static func noDisplay(_ reason: String) -> ViewerError {
            ViewerError(
                "there is no display to open a window on (\(reason)); set DISPLAY, use ssh -X, "
                    + "or draw in the terminal with rl watch --terminal")
        }

        /// A size of the same aspect that the display has room for.
        private static func fitting(width: Int, height: Int) -> (width: Int32, height: Int32) {
            let (width, height) = (Double(max(64, width)), Double(max(64, height)))
            var bounds = SDL_Rect()
            var scale = min(1, 8192 / max(width, height))
            if SDL_GetDisplayUsableBounds(0, &bounds) == 0, bounds.w > 0, bounds.h > 0 {
                scale = min(scale, Double(bounds.w) / width, Double(bounds.h) / height)
            }
            return (Int32(width * scale), Int32(height * scale))
        }
    }

    private var sdlError: String { String(cString: SDL_GetError()) }

    extension ScreenEvent {
        /// What an event of SDL means, if anything. `isRepeated` is whether the key that typed a text is held.
        init?(_ event: SDL_Event, isRepeated: Bool) {
            switch SDL_EventType(event.type) {
            case SDL_QUIT: self = .close
            case SDL_RENDER_TARGETS_RESET, SDL_RENDER_DEVICE_RESET: self = .redraw
            case SDL_KEYDOWN:
                guard let key = Key(event.key.keysym), event.key.repeat == 0 || key.repeats else {
                    return nil
                }
                self = .key(key)
            case SDL_KEYUP:
                guard let key = Key(event.key.keysym) else { return nil }
                self = .keyUp(key)
            case SDL_TEXTINPUT:
                var text = event.text.text
                let first = withUnsafeBytes(of: &text) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self).first
                }
                guard !isRepeated, let first, first != " " else { return nil }
                self = .text(first)
            case SDL_WINDOWEVENT:
                switch SDL_WindowEventID(UInt32(event.window.event)) {
                case SDL_WINDOWEVENT_CLOSE: self = .close
                case SDL_WINDOWEVENT_SIZE_CHANGED, SDL_WINDOWEVENT_EXPOSED: self = .redraw
                default: return nil
                }
            default: return nil
            }
        }
    }

    extension Key {
        /// By what the key says, since the layouts of keyboards differ.
        fileprivate init?(_ key: SDL_Keysym) {
            switch UInt32(bitPattern: key.sym) {
            case SDLK_ESCAPE.rawValue: self = .escape
            case SDLK_SPACE.rawValue: self = .space
            case SDLK_RETURN.rawValue, SDLK_KP_ENTER.rawValue: self = .enter
            case SDLK_LEFT.rawValue: self = .left
            case SDLK_RIGHT.rawValue: self = .right
            case SDLK_UP.rawValue: self = .up
            case SDLK_DOWN.rawValue: self = .down
            case SDLK_F1.rawValue: self = .help
            case let code where (SDLK_0.rawValue...SDLK_9.rawValue).contains(code):
                self = .digit(Int(code - SDLK_0.rawValue))
            default: return nil
            }
        }

        fileprivate var repeats: Bool { [.left, .right, .up, .down].contains(self) }
    }
#endif
