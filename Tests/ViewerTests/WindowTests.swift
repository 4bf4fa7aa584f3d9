#if Viewer
    import CSDL2
    import RLCore
    import Testing
    import Viewer

    /// In SDL's own driver without a display, where everything but the eyes is there. In turn, because SDL's windows
    /// belong to one thread at a time.
    @Suite(.serialized) @MainActor struct WindowTests {
        init() { SDL_setenv("SDL_VIDEODRIVER", "dummy", 1) }

        @Test func showsThePictureInItsAspect() throws {
            let window = try Window(title: "test", width: 120, height: 90)
            #expect(window.size == (120, 90) && window.title == "test")
            var picture = Picture(width: 2, height: 2)
            picture.bytes = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
            let shown = try pixels(of: window, showing: picture)
            // 90 pixels high, so 90 wide with 15 black ones on either side, every dot 45 pixels.
            #expect(shown[14, 45] == Color(0) && shown[105, 45] == Color(0))
            #expect(shown[15, 0] == Color(0xFF0000) && shown[59, 44] == Color(0xFF0000))
            #expect(shown[60, 44] == Color(0x00FF00) && shown[104, 0] == Color(0x00FF00))
            #expect(shown[15, 89] == Color(0x0000FF) && shown[104, 89] == Color(0xFFFFFF))
        }

        @Test func aCanvasArrivesByteForByte() throws {
            var canvas = Canvas()
            canvas.show(x: 0...4, y: 0...3)
            canvas.fill(.circle(center: [2, 1.5], radius: 1.2), .blue)
            let window = try Window(title: "test", width: 160, height: 120)
            let picture = Picture(canvas, width: 160, height: 120)
            #expect(try pixels(of: window, showing: picture) == picture)
        }

        @Test func picturesMayChangeTheirSizeAndBeEmpty() throws {
            let window = try Window(title: "test", width: 100, height: 100)
            for size in [1, 100, 0, 300, 7] {
                try window.present(Picture(width: size, height: size))
                try window.present(Picture(width: size, height: 1))
            }
        }

        @Test func reportsEvents() throws {
            let window = try Window(title: "test", width: 100, height: 100)
            while window.nextEvent(within: .zero) != nil {}
            // By what a key says and not where it is: the scancode of every one of these is another one's.
            let keys: [(SDL_KeyCode, Key)] = [
                (SDLK_ESCAPE, .escape), (SDLK_SPACE, .space), (SDLK_LEFT, .left), (SDLK_RIGHT, .right),
                (SDLK_UP, .up), (SDLK_DOWN, .down), (SDLK_RETURN, .enter), (SDLK_F1, .help),
                (SDLK_7, .digit(7)),
            ]
            for (code, key) in keys {
                for type in [SDL_KEYDOWN, SDL_KEYUP] {
                    push {
                        $0.type = type.rawValue
                        $0.key.keysym.sym = SDL_Keycode(bitPattern: code.rawValue)
                        $0.key.keysym.scancode = SDL_SCANCODE_A
                    }
                    #expect(window.nextEvent(within: nil) == (type == SDL_KEYDOWN ? .key(key) : .keyUp(key)))
                }
            }
            for (text, character) in [("+", "+"), ("?", "?"), ("é", "é")] as [(String, Character)] {
                push(text: text)
                #expect(window.nextEvent(within: nil) == .text(character))
            }
            // Space is a key; what is held repeats only where it is an arrow.
            push(text: " ")
            push {
                $0.type = SDL_KEYDOWN.rawValue; $0.key.repeat = 1;
                $0.key.keysym.sym = SDL_Keycode(SDLK_SPACE.rawValue)
            }
            push(text: "h")
            push {
                $0.type = SDL_KEYDOWN.rawValue
                $0.key.repeat = 1
                $0.key.keysym.sym = SDL_Keycode(bitPattern: SDLK_RIGHT.rawValue)
            }
            #expect(window.nextEvent(within: nil) == .key(.right))
            push {
                $0.type = SDL_KEYDOWN.rawValue
                $0.key.keysym.sym = SDL_Keycode(bitPattern: SDLK_F5.rawValue)
            }
            push { $0.type = SDL_MOUSEMOTION.rawValue }
            push {
                $0.type = SDL_WINDOWEVENT.rawValue
                $0.window.event = UInt8(SDL_WINDOWEVENT_EXPOSED.rawValue)
            }
            push { $0.type = SDL_QUIT.rawValue }
            #expect(window.nextEvent(within: nil) == .redraw && window.nextEvent(within: nil) == .close)
            let start = ContinuousClock.now
            #expect(window.nextEvent(within: .milliseconds(20)) == nil)
            #expect(ContinuousClock.now - start >= .milliseconds(19))
        }

        @Test func sdlRunsOnlyWhileAWindowIsOpen() throws {
            do {
                _ = try Window(title: "test", width: 100, height: 100)
                let window = try Window(title: "test", width: 100, height: 100)
                #expect(SDL_WasInit(SDL_INIT_VIDEO) == SDL_INIT_VIDEO)
                try window.present(Picture(width: 1, height: 1))
            }
            #expect(SDL_WasInit(SDL_INIT_VIDEO) == 0)
        }

        @Test func noDisplayIsOneLineThatNamesAWayOut() throws {
            SDL_setenv("SDL_VIDEODRIVER", "x11", 1)
            let display = SDL_getenv("DISPLAY").map { String(cString: $0) }
            SDL_setenv("DISPLAY", ":987", 1)
            defer { if let display { SDL_setenv("DISPLAY", display, 1) } }
            let error = #expect(throws: ViewerError.self) {
                try openWindow(title: "test", width: 100, height: 100)
            }
            let line = try #require(error).description
            #expect(line.contains("no display") && line.contains("--terminal") && !line.contains("\n"))
            #expect(SDL_WasInit(SDL_INIT_VIDEO) == 0)
        }

        private func push(text: String) {
            push { event in
                event.type = SDL_TEXTINPUT.rawValue
                withUnsafeMutableBytes(of: &event.text.text) { $0.copyBytes(from: text.utf8) }
            }
        }

        private func push(_ change: (inout SDL_Event) -> Void) {
            var event = SDL_Event()
            change(&event)
            SDL_PushEvent(&event)
        }

        /// What the window holds just before it is shown.
        private func pixels(of window: Window, showing picture: Picture) throws -> Picture {
            let size = window.size
            var shown = Picture(width: size.width, height: size.height)
            try window.draw(picture)
            let status = shown.bytes.withUnsafeMutableBytes {
                SDL_RenderReadPixels(
                    window.renderer, nil, SDL_PIXELFORMAT_RGB24.rawValue, $0.baseAddress,
                    Int32(3 * size.width))
            }
            #expect(status == 0)
            return shown
        }
    }
#endif
