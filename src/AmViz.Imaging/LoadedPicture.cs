namespace AmViz.Imaging;

/// <summary>A picture of a file, with what a person should know of how it was read.</summary>
/// <param name="Picture">The pixels.</param>
/// <param name="FrameCount">Frames of an animation, or pages of a TIFF, of which <paramref name="Picture"/> is the first; 1 for a plain picture.</param>
/// <param name="Notes">Sentences about what is not seen of the file; most often none.</param>
public sealed record LoadedPicture(Picture Picture, int FrameCount, IReadOnlyList<string> Notes);
