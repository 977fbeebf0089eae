using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class ChannelPanelsTests
{
    private static readonly string[][] AllChannels =
        [["grey"], ["red", "green", "blue"], ["a", "b"], ["blue", "x", "red", "green"], ["a", "b", "c", "d"], ["red", "green", "blue", "u", "v", "w", "x"]];

    private static readonly Gen<string[]> Channels = Gen.Int[0, AllChannels.Length - 1].Select(i => AllChannels[i]);

    [Fact]
    public void WhatGoesIntoAPictureComesOutAgain()
        => (from channels in Channels
            from width in Gen.Int[1, 7]
            from height in Gen.Int[1, 7]
            from values in Gen.Byte.Array[channels.Length * width * height]
            select (channels, width, height, values)).Sample(one =>
            {
                var panels = new ChannelPanels(one.channels);
                float[] planes = [.. one.values.Select(value => value / 255f)];
                var picture = panels.ToPicture(planes, one.height, one.width);
                return (one.height, one.width) == panels.PanelSize(picture) && planes.SequenceEqual(panels.ToPlanes(picture));
            });

    [Fact]
    public void MemoryOfAnotherSizeIsRefused()
        => Assert.Contains("Found room for 11 values of 3 planes of 2 x 2; expected 12", Assert.Throws<ArgumentException>(
            () => new ChannelPanels(["red", "green", "blue"]).ToPlanes(new Picture(2, 2, new byte[12]), new float[11])).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatGoesIntoAFileComesOutAgain()
        => (from channels in Channels
            from values in Gen.Byte.Array[channels.Length * 15]
            select (channels, values)).Sample(
            one =>
            {
                var panels = new ChannelPanels(one.channels);
                float[] planes = [.. one.values.Select(value => value / 255f)];
                var text = new Dictionary<string, string>(StringComparer.Ordinal) { [ChannelPanels.TextKey] = panels.Text };
                var bands = PictureBands.Read(PngCodec.Encode(panels.ToPicture(planes, 3, 5), text, isGrey: panels.IsGrey), "a.png");
                Assert.Equal(panels.Text, bands.Text[ChannelPanels.TextKey]);
                return planes.SequenceEqual(panels.ToPlanes(panels.Join(panels.Cut(bands))));
            },
            iter: 100);

    [Fact]
    public void ColoursAreOnePanelAndOtherChannelsFollowInAGrid()
    {
        var panels = new ChannelPanels(["depth", "red", "green", "blue", "infrared"]);
        Assert.Equal((2, 2, false, false), (panels.Columns, panels.Rows, panels.IsSingle, panels.IsGrey));
        Assert.Equal([255, 0, 0, 102, 102, 102, 51, 51, 51, 0, 0, 0], panels.ToPicture([0.4f, 1, 0, 0, 0.2f], 1, 1).Rgb.ToArray());
    }

    [Fact]
    public void APanelPictureThatWasCutIsRefused()
    {
        var panels = new ChannelPanels(["a", "b"]);
        var bands = PictureBands.Read(PngCodec.Encode(new Picture(3, 3, new byte[27])), "a.png");
        var error = Assert.Throws<CorruptPictureException>(() => panels.Cut(bands));
        Assert.Contains("3 x 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GreyIsTheLumaThatPillowGives()
    {
        // Pillow 9.4: Image.new('RGB', (1, 1), colour).convert('L').getpixel((0, 0))
        (byte[] Colour, byte Luma)[] expected = [([255, 0, 0], 76), ([0, 255, 0], 150), ([0, 0, 255], 29), ([12, 200, 99], 132), ([255, 255, 255], 255), ([7, 7, 7], 7)];
        Assert.All(expected, one => Assert.Equal([one.Luma, one.Luma, one.Luma], new Picture(1, 1, one.Colour).ToGrey().Rgb.ToArray()));
    }
}
