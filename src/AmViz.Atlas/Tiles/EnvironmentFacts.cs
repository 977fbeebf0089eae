namespace AmViz.Atlas.Tiles;

/// <summary>What a picture was drawn with.</summary>
internal sealed record EnvironmentFacts(string Software, string Backend, string Processor, int Threads, int BatchSize)
{
    public static EnvironmentFacts? Of(ChannelRecord? record) => record is null ? null : new(
        record.Software, record.ReproducibleWith.Backend, record.ReproducibleWith.Processor,
        record.ReproducibleWith.Threads, record.ReproducibleWith.BatchSize);
}
