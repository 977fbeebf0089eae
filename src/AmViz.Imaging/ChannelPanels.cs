namespace AmViz.Imaging;

/// <summary>Images of a network's input channels as pictures that people look at, and back.</summary>
/// <remarks>
/// Red, green and blue are one panel, in colours; every other channel is a panel of its own, in grey. Panels fill a grid row by row, as nearly square as
/// can be; cells that are left over are black. So images of three channels called red, green and blue are pictures as they are, and those of one channel
/// grey pictures. What goes into a picture comes out again exactly.
/// </remarks>
public sealed class ChannelPanels
{
    /// <summary>Key of the PNG text that holds <see cref="Text"/>.</summary>
    public const string TextKey = "amviz-channels";

    private static readonly string[] Colours = ["red", "green", "blue"];

    private readonly int[][] _panels;            // channels of each: three in colour, or one in grey

    /// <summary>The panels of channels.</summary>
    /// <param name="channels">What each channel is, such as <c>red</c> or <c>infrared</c>; at least one.</param>
    public ChannelPanels(IReadOnlyList<string> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfZero(channels.Count, nameof(channels));
        ChannelCount = channels.Count;
        Text = string.Join(',', channels);
        Rgb = RgbOf(channels);
        var grey = Enumerable.Range(0, channels.Count).Where(channel => Rgb is null || !Rgb.Contains(channel)).Select(channel => (int[])[channel]);
        _panels = Rgb is null ? [.. grey] : [[.. Rgb], .. grey];
        Columns = (int)Math.Ceiling(Math.Sqrt(_panels.Length));
        Rows = (_panels.Length + Columns - 1) / Columns;
    }

    /// <summary>Number of channels.</summary>
    public int ChannelCount { get; }

    /// <summary>The channels that are red, green and blue, in this order; null where there are none.</summary>
    public IReadOnlyList<int>? Rgb { get; }

    /// <summary>Panels side by side.</summary>
    public int Columns { get; }

    /// <summary>Panels one below another.</summary>
    public int Rows { get; }

    /// <summary>Whether a picture is one panel: colours, or grey.</summary>
    public bool IsSingle => _panels.Length == 1;

    /// <summary>Whether pictures have no colours.</summary>
    public bool IsGrey => Rgb is null;

    /// <summary>The names of the channels, as the text of a picture that has several panels.</summary>
    public string Text { get; }

    /// <summary>Makes a picture of an image.</summary>
    /// <param name="planes"><c>[C, height, width]</c> in [0, 1].</param>
    /// <param name="height">Rows of each plane, at least 1.</param>
    /// <param name="width">Columns of each plane, at least 1.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the size.</exception>
    /// <exception cref="InvalidPixelException">A value is not a number.</exception>
    public Picture ToPicture(ReadOnlySpan<float> planes, int height, int width)
    {
        var length = height * width;
        if (planes.Length != length * ChannelCount)
        {
            throw new ArgumentException($"Found {planes.Length} values for {ChannelCount} planes of {width} x {height}; expected {length * ChannelCount}.", nameof(planes));
        }

        var sheet = new byte[checked(3 * length * Columns * Rows)];
        for (var panel = 0; panel < _panels.Length; panel++)
        {
            var channels = _panels[panel];
            float[] colours = [.. planes.Slice(channels[0] * length, length), .. planes.Slice(channels[channels.Length / 2] * length, length), .. planes.Slice(channels[^1] * length, length)];
            Paste(Picture.FromPlanes(colours, height, width), sheet, panel);
        }

        return Picture.Own(width * Columns, height * Rows, sheet);
    }

    /// <summary>The image that <see cref="ToPicture"/> made a picture of.</summary>
    /// <param name="picture">As many panels as there are, all of one size.</param>
    /// <returns><c>[C, height, width]</c> in [0, 1].</returns>
    /// <exception cref="ArgumentException">The picture cannot be cut into panels.</exception>
    public float[] ToPlanes(Picture picture)
    {
        var (height, width) = PanelSize(picture);
        var planes = new float[ChannelCount * height * width];
        ToPlanes(picture, planes);
        return planes;
    }

    /// <summary>The image that <see cref="ToPicture"/> made a picture of, into memory that is there.</summary>
    /// <param name="picture">As many panels as there are, all of one size.</param>
    /// <param name="planes">Becomes <c>[C, height, width]</c> in [0, 1].</param>
    /// <exception cref="ArgumentException">The picture cannot be cut into panels, or the memory is of another size.</exception>
    public void ToPlanes(Picture picture, Span<float> planes)
    {
        var (height, width) = PanelSize(picture);
        var length = height * width;
        if (planes.Length != ChannelCount * length)
        {
            throw new ArgumentException($"Found room for {planes.Length} values of {ChannelCount} planes of {width} x {height}; expected {ChannelCount * length}.", nameof(planes));
        }

        for (var panel = 0; panel < _panels.Length; panel++)
        {
            var (left, top) = (panel % Columns * width, panel / Columns * height);
            foreach (var (colour, channel) in _panels[panel].Index())
            {
                for (var y = 0; y < height; y++)
                {
                    ToRow(picture.Pixels.AsSpan(((((top + y) * picture.Width) + left) * 3) + colour), planes.Slice((channel * length) + (y * width), width));
                }
            }
        }
    }

    /// <summary>Puts planes together, each a grey picture.</summary>
    /// <param name="planes">One a channel, all of one size.</param>
    public Picture Join(IReadOnlyList<Picture> planes)
    {
        ArgumentNullException.ThrowIfNull(planes);
        float[] values = [.. planes.SelectMany(plane => plane.ToPlanes().AsSpan(0, plane.Width * plane.Height).ToArray())];
        return ToPicture(values, planes[0].Height, planes[0].Width);
    }

    /// <summary>The planes of a picture of panels, each a grey picture.</summary>
    /// <param name="bands">The picture as it is stored: colours, or grey.</param>
    /// <exception cref="ImagingException">It is no picture of these panels.</exception>
    public IReadOnlyList<Picture> Cut(PictureBands bands)
    {
        ArgumentNullException.ThrowIfNull(bands);
        var (red, green, blue) = (bands.Planes[0], bands.Planes[bands.Planes.Count >= 3 ? 1 : 0], bands.Planes[bands.Planes.Count >= 3 ? 2 : 0]);
        if (red.Width % Columns != 0 || red.Height % Rows != 0)
        {
            throw new CorruptPictureException(
                $"The picture says that it shows the channels {Text}, but its {red.Width} x {red.Height} pixels are not {Columns} x {Rows} panels. It was cut or resized; take the one that was drawn.");
        }

        var planeLength = red.Width * red.Height;
        float[] colours = [.. red.ToPlanes().AsSpan(0, planeLength), .. green.ToPlanes().AsSpan(0, planeLength), .. blue.ToPlanes().AsSpan(0, planeLength)];
        var planes = ToPlanes(Picture.FromPlanes(colours, red.Height, red.Width));
        var (height, width) = (red.Height / Rows, red.Width / Columns);
        return [.. planes.Chunk(height * width).Select(plane => Picture.FromPlanes([.. plane, .. plane, .. plane], height, width))];
    }

    /// <summary>A value for each pixel of an image, such as its opacity, for each pixel of the picture: the same in every panel.</summary>
    /// <param name="values"><c>[height, width]</c>; null: none.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public float[]? Repeat(float[]? values, int height, int width)
    {
        if (values is null || IsSingle)
        {
            return values;
        }

        var sheet = new float[values.Length * Columns * Rows];
        for (var i = 0; i < sheet.Length; i++)
        {
            var (row, column) = (i / (width * Columns), i % (width * Columns));
            sheet[i] = values[(row % height * width) + (column % width)];
        }

        return sheet;
    }

    /// <summary>Rows and columns of a panel.</summary>
    /// <exception cref="ArgumentException">The picture cannot be cut into panels.</exception>
    public (int Height, int Width) PanelSize(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return picture.Width % Columns == 0 && picture.Height % Rows == 0
            ? (picture.Height / Rows, picture.Width / Columns)
            : throw new ArgumentException($"A picture of {picture.Width} x {picture.Height} cannot be cut into {Columns} x {Rows} panels.", nameof(picture));
    }

    /// <summary>One colour of a row.</summary>
    /// <param name="bytes">From its first pixel on; every third belongs to it.</param>
    /// <param name="values">Its pixels in [0, 1].</param>
    private static void ToRow(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var x = 0; x < values.Length; x++)
        {
            values[x] = bytes[x * 3] / 255f;
        }
    }

    private static int[]? RgbOf(IReadOnlyList<string> channels)
    {
        int[] places = [.. Colours.Select(colour => channels.ToList().IndexOf(colour))];
        return places.Contains(-1) ? null : places;
    }

    private void Paste(Picture picture, byte[] sheet, int panel)
    {
        var row = picture.Width * 3;
        var first = (panel / Columns * picture.Height * Columns * row) + (panel % Columns * row);
        for (var y = 0; y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * row, row).CopyTo(sheet.AsSpan(first + (y * Columns * row)));
        }
    }
}
