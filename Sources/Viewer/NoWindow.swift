#if !Viewer
    /// Opens a window. This build has none.
    public func openWindow(title: String, width: Int, height: Int) throws(ViewerError) -> any Screen {
        throw ViewerError(
            "this rl was built without its window; install SDL 2 (libsdl2-dev) and build with --traits Viewer, "
                + "or draw in the terminal with rl watch --terminal")
    }
#endif
