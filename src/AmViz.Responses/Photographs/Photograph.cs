namespace AmViz.Responses;

/// <summary>A photograph that was shown to a network.</summary>
/// <param name="Number">Its place in the list of the pass, from 0.</param>
/// <param name="Digest">Of its content.</param>
/// <param name="Name">Path below the folder, as the list has it, or <c>texture N</c>.</param>
/// <param name="Label">Index of its label in <see cref="PhotographSource.Labels"/>; -1 for none.</param>
/// <param name="Width">Pixels a row of the file.</param>
/// <param name="Height">Rows of the file.</param>
public sealed record Photograph(long Number, ContentDigest Digest, string Name, int Label, int Width, int Height);

/// <summary>A photograph that could not be read; nothing else is lost by it.</summary>
/// <param name="Number">Its place in the list of the pass, from 0.</param>
/// <param name="Name">Path below the folder, or as the list has it.</param>
/// <param name="Reason">What is wrong with it, for people.</param>
public sealed record UnreadablePhotograph(long Number, string Name, string Reason);

/// <summary>A photograph of a list before it is read.</summary>
/// <param name="Name">Path below the folder, or as the list has it.</param>
/// <param name="Bytes">Length of the file; -1 if there is none.</param>
/// <param name="Modified">When the file was changed, in ticks of UTC: another time is another photograph.</param>
/// <param name="Label">Its label; null for none.</param>
public sealed record ListedPhotograph(string Name, long Bytes, long Modified, string? Label = null);
