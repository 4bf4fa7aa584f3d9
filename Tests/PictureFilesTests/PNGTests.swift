import CPNG
import PictureFiles
import RLCore
import Testing

@Suite struct PNGTests {
    /// What libpng reads back is what was drawn.
    @Test(arguments: [(1, 1), (3, 2), (160, 210)])
    func pixelsSurvive(_ width: Int, _ height: Int) throws {
        var picture = Picture(width: width, height: height)
        var random = PCG64(seed: 3)
        for index in picture.bytes.indices { picture.bytes[index] = UInt8(random.integers(256)) }
        let file = try picture.png()
        #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))

        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        var read = [UInt8](repeating: 0, count: 3 * width * height)
        file.withUnsafeBytes { file in
            #expect(png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0)
            #expect(Int(image.width) == width && Int(image.height) == height)
            image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
            #expect(png_image_finish_read(&image, nil, &read, 0, nil) != 0)
        }
        #expect(read == picture.bytes)
    }

    @Test func nothingIsNoFile() {
        #expect(throws: PictureError.self) { try Picture(width: 0, height: 5).png() }
    }
}
