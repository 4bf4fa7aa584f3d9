import CPNG
import RLCore

extension Picture {
    /// The picture as a PNG file: eight bits a channel, without transparency.
    /// - Throws: Where there is no pixel, or the encoder finds fault.
    public func png() throws(PictureError) -> [UInt8] {
        guard width > 0, height > 0 else {
            throw PictureError("a picture of \(width)×\(height) pixels is no file")
        }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        // The first call tells the size.
        var size = 0
        guard png_image_write_to_memory(&image, nil, &size, 0, bytes, 0, nil) != 0 else { throw image.error }
        var file = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &file, &size, 0, bytes, 0, nil) != 0 else {
            throw image.error
        }
        return Array(file.prefix(size))
    }
}

/// Why a picture cannot be made a file.
public struct PictureError: Error, CustomStringConvertible, Equatable {
    /// One line.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}

extension png_image {
    fileprivate var error: PictureError {
        let text = withUnsafeBytes(of: message) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        return PictureError("PNG: \(text)")
    }
}
