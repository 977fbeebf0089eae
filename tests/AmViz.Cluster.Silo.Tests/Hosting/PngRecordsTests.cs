using System.Text.Json;
using AmViz.Imaging;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Silo.Tests.Hosting;

public sealed class PngRecordsTests
{
    private static readonly Shard Shard = SampleSweeps.Small.Shards().First();
    private static readonly ChannelRecord Record = SampleSweeps.Record(Shard.TaskAt(0), Shard.Recipe);

    [Fact]
    public void APictureTellsItsRecord()
        => Assert.Equal(JsonSerializer.Serialize(Record, SweepJson.Compact), JsonSerializer.Serialize(PngRecords.Read(Png(Record)), SweepJson.Compact));

    [Fact]
    public void ATornFileHasNoRecordWhereverItWasTorn()
    {
        var whole = Png(Record);
        Assert.All(Enumerable.Range(1, 40), part => Assert.Null(PngRecords.Read(whole.AsMemory(0, whole.Length * part / 41))));
    }

    [Fact]
    public void APictureOfALaterFormatIsNotRead() => Assert.Null(PngRecords.Read(Png(Record with { FormatVersion = 2 })));

    [Fact]
    public void APictureWithoutRecordHasNone() => Assert.Null(PngRecords.Read(PngCodec.Encode(Gradient())));

    private static byte[] Png(ChannelRecord record)
        => PngCodec.Encode(Gradient(), new Dictionary<string, string> { [ChannelRecord.TextKey] = JsonSerializer.Serialize(record, SweepJson.Compact) });

    private static Picture Gradient()
        => Picture.FromPlanes([.. Enumerable.Range(0, 3 * 64 * 64).Select(i => i % 97 / 96f)], 64, 64);
}
