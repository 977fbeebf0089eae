namespace AmViz.Imaging;

/// <summary>Base of all that this project throws about a picture; a retry with the same bytes never helps.</summary>
public class ImagingException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The bytes call themselves a picture but are damaged or cut short.</summary>
public sealed class CorruptPictureException(string message, Exception? innerException = null)
    : ImagingException(message, innerException);

/// <summary>The bytes are in no format we read, or the picture is larger than <see cref="PictureLoader.MaxPixelCount"/>.</summary>
public sealed class UnsupportedPictureException(string message) : ImagingException(message);

/// <summary>A value is not a number, so there is no colour to write.</summary>
public sealed class InvalidPixelException(string message) : ImagingException(message);
