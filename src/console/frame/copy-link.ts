import { shareable } from './links.ts'
import { say } from './toasts.tsx'

/** @param link below /console */
export async function copyLink(link: string): Promise<void> {
  const text = shareable(link)
  try {
    await navigator.clipboard.writeText(text)
    say('The link is copied.')
  } catch {
    // Only pages on HTTPS or this machine may use the clipboard.
    say(text)
  }
}
