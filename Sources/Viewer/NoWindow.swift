#if !Viewer
    /// Opens a window. This build has none.
    public func openWindow(title: String, width: Int, height: Int) throws(ViewerError) -> any Screen {
        throw ViewerError(
            "this rl was built without its window; draw in the terminal with --terminal, "
                + "or install SDL 2 (libsdl2-dev) and build with --traits Viewer")
    }
#endif
