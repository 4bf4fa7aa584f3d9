import Autograd
import RLCore

/// So the parts of a gradient have threads.
extension WorkerThreads: PieceRunner {}
