;; What Emacs shows of a wrong line through eglot, and whether its fix leaves nothing to show.  Writes lines
;; "name<TAB>problem" to the file that ANSWERS names.  -*- lexical-binding: t -*-
(require 'backproof)
(require 'flymake)

(defvar answers nil)

(defun check (name fine &optional seen)
  (push (format "%s\t%s" name (if fine "" (replace-regexp-in-string "[\n\t]+" " " (format "it is %S" seen)))) answers))

(defun wait (wanted)
  "Until it is so, but not for ever."
  (let ((end (+ (float-time) 60)) fine)
    (while (and (not (setq fine (funcall wanted))) (< (float-time) end))
      (accept-process-output nil 0.1))
    fine))

(find-file (getenv "SAMPLE"))
(check "the mode is the file's" (eq major-mode 'deriv-mode) major-mode)
(setq eglot-sync-connect 60)
(apply #'eglot--connect (eglot--guess-contact))
(flymake-mode 1)
(flymake-start)
(check "a wrong line is underlined" (wait (lambda () (= (length (flymake-diagnostics)) 1))) (flymake-diagnostics))
(goto-char (point-min))
(re-search-forward "\\( \\*\\) X$")
(let ((seen (car (flymake-diagnostics))) (place (1+ (match-beginning 1))))
  (check "where the mistake is, behind signs of two code units"
         (and seen (= (flymake-diagnostic-beg seen) place))
         (and seen (list (flymake-diagnostic-beg seen) place))))
(beginning-of-line)
(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (check "a hover tells the verdict and the shapes"
         (string-match-p "fails[^z-a]*(n\\[1\\],n\\[0\\])" (plist-get (plist-get hover :contents) :value)) hover))
(let (fixes)
  (wait (lambda ()
          (setq fixes (jsonrpc-request
                       (eglot-current-server) :textDocument/codeAction
                       (list :textDocument (eglot--TextDocumentIdentifier)
                             :range (list :start (eglot--pos-to-lsp-position (line-beginning-position))
                                          :end (eglot--pos-to-lsp-position (line-end-position)))
                             :context (list :diagnostics []))))
          (> (length fixes) 0)))
  (check "a fix is offered" (> (length fixes) 0) fixes)
  (eglot--apply-workspace-edit (plist-get (aref fixes 0) :edit)))
(check "which writes what is missing" (save-excursion (goto-char (point-min)) (re-search-forward "\\* X'$" nil t))
       (buffer-string))
(eglot--signal-textDocument/didChange)
(check "and nothing is underlined after it" (wait (lambda () (null (flymake-diagnostics)))) (flymake-diagnostics))
(with-temp-file (getenv "ANSWERS") (insert (mapconcat #'identity (nreverse answers) "\n") "\n"))
(set-buffer-modified-p nil)
(kill-emacs 0)
