import PictureFiles
import RLCore
import Testing

@Suite struct ContactSheetTests {
    @Test func picturesLieInRows() {
        var page = ContactSheet(count: 5, width: 60, height: 40, columns: 3)
        let colors: [Color] = [.red, .green, .blue, .amber, .ink]
        for color in colors {
            var canvas = Canvas()
            canvas.background = color
            page.add(Picture(canvas, width: 60, height: 40), caption: "step 1")
        }
        let picture = page.picture
        // A gap of 5, then 60 and 40 pixels, and captions of 11.
        #expect(picture.width == 3 * 65 + 5 && picture.height == 2 * 56 + 5)
        for (index, color) in colors.enumerated() {
            let (left, top) = (5 + index % 3 * 65, 5 + index / 3 * 56)
            #expect(picture[left, top] == color && picture[left + 59, top + 39] == color)
            #expect(picture[left - 1, top] == .mist && picture[left + 59, top + 40] == .mist)
            let caption = (left..<left + 60).flatMap { x in (top + 40..<top + 51).map { picture[x, $0] } }
            #expect(caption.contains(.slate))
        }
        #expect(picture[picture.width - 6, picture.height - 6] == .mist)
        // The last row has room for one more; then the page is full.
        page.add(Picture(width: 60, height: 40), caption: "")
        let full = page.picture
        page.add(Picture(width: 60, height: 40), caption: "")
        #expect(page.picture == full && full != picture)
    }

    @Test func fewerPicturesMakeANarrowerPage() {
        #expect(ContactSheet(count: 1, width: 60, height: 40).picture.width == 70)
        #expect(ContactSheet(count: 0, width: 60, height: 40).picture.width == 70)
    }
}
