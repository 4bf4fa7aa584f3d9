extension ArcadeMazeChase {
    static let dotShape = ArcadeSprite("..####..", "..####..")
    static let pelletShape = ArcadeSprite(
        """
        ..####..
        ..####..
        ..####..
        ..####..
        ..####..
        ..####..
        ..####..
        """)

    /// The player's, by direction: the mouth open, and shut.
    static let playerShapes = [
        [gapingUp, shut], [gapingRight.mirrored, shut], [gapingDown, shut], [gapingRight, shut],
    ]

    private static let shut = ArcadeSprite(
        """
        ..####..
        .######.
        .######.
        ########
        ########
        ########
        ########
        .######.
        .######.
        ..####..
        """)

    private static let gapingRight = ArcadeSprite(
        """
        ..####..
        .######.
        .#####..
        #####...
        ####....
        ####....
        #####...
        .#####..
        .######.
        ..####..
        """)

    private static let gapingUp = ArcadeSprite(
        """
        ........
        .#....#.
        ##....##
        ##....##
        ###..###
        ###..###
        ########
        .######.
        .######.
        ..####..
        """)

    private static let gapingDown = ArcadeSprite(
        """
        ..####..
        .######.
        .######.
        ########
        ###..###
        ###..###
        ##....##
        ##....##
        .#....#.
        ........
        """)

    /// The chasers', in turn.
    static let chaserShapes = [
        ArcadeSprite(
            """
            ..####..
            .######.
            ##.##.##
            #..#..##
            ##.##.##
            ########
            ########
            ########
            ##.##.##
            #..#...#
            """),
        ArcadeSprite(
            """
            ..####..
            .######.
            ##.##.##
            #..#..##
            ##.##.##
            ########
            ########
            ########
            ########
            .##..##.
            """),
    ]

    /// What is left of an eaten one.
    static let eyesShape = ArcadeSprite(
        """
        ........
        ........
        .##..##.
        .##..##.
        .##..##.
        """)
}
